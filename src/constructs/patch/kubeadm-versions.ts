import { KubeadmApiVersion } from './kubeadm-api-version';
import { etcdObstacle } from '../../patch-spec/tracing-flags';
import { isAtLeast, KNOWN_VERSIONS, parseVersion, Version } from '../../patch-spec/version';
import { checkEnum, checkString, refuse } from '../kit/check';

/** The versions that a recipe can be made for, and that the Job knows the flags of. */

export function checkKubernetesVersion(text: string): Version {
  const version = numbers('kubernetesVersion', text);
  const { from, to } = KNOWN_VERSIONS['kube-apiserver'];
  if (!isAtLeast(version, from[0], from[1]) || isAtLeast(version, to[0], to[1] + 1)) {
    refuse('kubernetesVersion', text, `be from ${from.join('.')} to ${to.join('.')}`);
  }
  return version;
}

export function checkEtcdVersion(text: string): Version {
  const version = numbers('etcdVersion', text);
  const { to } = KNOWN_VERSIONS.etcd;
  if (etcdObstacle(version) !== undefined || isAtLeast(version, to[0], to[1] + 1)) {
    refuse('etcdVersion', text, `be from 3.5.5 to ${to.join('.')}: older ones have no usable tracing, and newer ones are not known`);
  }
  return version;
}

/** https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ */
export function checkKubeadm(version: Version, apiVersion: KubeadmApiVersion): void {
  checkEnum('apiVersion', apiVersion, KubeadmApiVersion);
  const [from, to] = apiVersion === KubeadmApiVersion.V1BETA3 ? [24, 36] : [31, 37];
  if (version.minor < from || version.minor > to) {
    refuse('apiVersion', apiVersion, `be one that kubeadm ${version.text} reads: v1beta3 up to 1.36, v1beta4 from 1.31 on`);
  }
}

function numbers(prop: string, text: string): Version {
  return parseVersion(checkString(prop, text)) ?? refuse(prop, text, 'be a version such as 1.37.2');
}
