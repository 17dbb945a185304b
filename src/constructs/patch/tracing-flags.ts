import { KubeadmApiVersion } from './kubeadm-api-version';
import type { ApiServerIntent, EtcdIntent } from '../../patch-spec/patch-spec';
import { refuse } from '../kit/check';

/**
 * Which flags which version takes, for kubeadm's configuration. The patch program knows the same, and reads the versions from the node; a test
 * compares the two.
 */
export interface Flag {
  readonly name: string;
  readonly value: string;
}

export function tracingApiVersion(kubernetesVersion: string): string {
  return kubernetesMinor(kubernetesVersion) < 27 ? 'v1alpha1' : 'v1beta1';
}

export function apiServerFlags(kubernetesVersion: string, intent: ApiServerIntent, configFilePath: string): Flag[] {
  return [
    { name: 'tracing-config-file', value: configFilePath },
    ...(kubernetesMinor(kubernetesVersion) < 27 ? [{ name: 'feature-gates', value: 'APIServerTracing=true' }] : []),
    ...(intent.verbosity === null ? [] : [{ name: 'v', value: String(intent.verbosity.level) }]),
  ];
}

/** Without the instance id, which differs from node to node. */
export function etcdFlags(etcdVersion: string, intent: EtcdIntent, endpoint: string): Flag[] {
  const [major, minor, patch] = numbers('etcdVersion', etcdVersion);
  if (major !== 3 || minor < 5 || minor > 7 || (minor === 5 && patch < 5)) {
    refuse('etcdVersion', etcdVersion, 'be from 3.5.5 to 3.7: older ones have no usable tracing, and newer ones are not known');
  }
  const hasRate = minor > 5 || patch >= 11;
  const rate = intent.samplingRatePerMillion;
  return [
    { name: 'enable-distributed-tracing', value: 'true' },
    { name: 'distributed-tracing-address', value: endpoint },
    { name: 'distributed-tracing-service-name', value: intent.serviceName },
    ...(hasRate && rate > 0 ? [{ name: 'distributed-tracing-sampling-rate', value: String(rate) }] : []),
  ].map(({ name, value }) => ({ name: minor === 5 ? `experimental-${name}` : name, value }));
}

/** https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ */
export function checkKubeadm(kubernetesVersion: string, apiVersion: KubeadmApiVersion): void {
  const minor = kubernetesMinor(kubernetesVersion);
  const [from, to] = apiVersion === KubeadmApiVersion.V1BETA3 ? [24, 36] : [31, 37];
  if (minor < from || minor > to) {
    refuse('apiVersion', apiVersion, `be one that kubeadm ${kubernetesVersion} reads: v1beta3 up to 1.36, v1beta4 from 1.31 on`);
  }
}

function kubernetesMinor(version: string): number {
  const [major, minor] = numbers('kubernetesVersion', version);
  if (major !== 1 || minor < 24 || minor > 37) {
    refuse('kubernetesVersion', version, 'be from 1.24 to 1.37');
  }
  return minor;
}

function numbers(prop: string, version: string): [number, number, number] {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (parts === null) {
    refuse(prop, version, 'be a version such as 1.37.2');
  }
  return [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}
