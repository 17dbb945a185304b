import { Endpoint, formatEndpoint } from './endpoint';
import { ApiServerIntent, EtcdIntent } from './patch-spec';
import { isAtLeast, Version } from './version';

/** Which release takes which flags: for the planner, which edits manifests, and for kubeadm's own configuration. */

export interface Flag {
  readonly name: string;
  readonly value: string;
  /** The value is what the program does anyway: the flag is not needed, but another value is in the way. */
  readonly isDefault?: boolean;
}

export const API_SERVER_GATE = 'APIServerTracing';

/** The versions of the TracingConfiguration that a release reads, the newest last; a version that it does not list stops it. */
export function tracingApiVersions(version: Version): string[] {
  if (!isAtLeast(version, 1, 27)) return ['v1alpha1'];
  return isAtLeast(version, 1, 34) ? ['v1alpha1', 'v1beta1', 'v1'] : ['v1alpha1', 'v1beta1'];
}

/**
 * What this release of the API server takes. The gate: alpha and off to 1.26, beta and on to 1.33, locked to 1.36, gone in 1.37
 * (https://github.com/kubernetes/enhancements/tree/master/keps/sig-instrumentation/647-apiserver-tracing, https://github.com/kubernetes/kubernetes/pull/138907).
 */
export interface ApiServerFlags {
  readonly file: Flag;
  /** `Gate=true`, where tracing is off without. */
  readonly gate: string | undefined;
  readonly verbosity: ApiServerIntent['verbosity'];
}

export function apiServerFlags(version: Version, intent: ApiServerIntent, configFile: string): ApiServerFlags {
  return {
    file: { name: 'tracing-config-file', value: configFile },
    gate: isAtLeast(version, 1, 27) ? undefined : `${API_SERVER_GATE}=true`,
    verbosity: intent.verbosity,
  };
}

const ETCD_STABLE = ['enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name',
  'distributed-tracing-instance-id', 'distributed-tracing-sampling-rate'] as const;
const ETCD_EXPERIMENTAL = ETCD_STABLE.map(name => `experimental-${name}`);

/** Why this etcd is left alone; undefined when it can be traced. */
export function etcdObstacle(version: Version): string | undefined {
  if (!isAtLeast(version, 3, 5)) return `etcd ${version.text} has no tracing (3.5 is the first that has): etcd is left alone`;
  if (!isAtLeast(version, 3, 5, 5)) {
    return `etcd ${version.text} would record every request and leak memory (https://github.com/etcd-io/etcd/issues/13990): etcd is left alone, 3.5.5 is the first that can be traced`;
  }
  return undefined;
}

/** The names of the flags, and those of the other family, which must not stand beside them: experimental in 3.5, both in 3.6, stable only from 3.7. */
export function etcdFlagNames(version: Version): { readonly own: readonly string[]; readonly others: readonly string[] } {
  return isAtLeast(version, 3, 6) ? { own: ETCD_STABLE, others: ETCD_EXPERIMENTAL } : { own: ETCD_EXPERIMENTAL, others: ETCD_STABLE };
}

/**
 * An old name stops etcd 3.7 (https://github.com/etcd-io/etcd/blob/main/CHANGELOG/CHANGELOG-3.7.md). The sampling rate came in 3.5.11; it is
 * written only when it is not 0, etcd's own default, so that one set of flags serves the most releases.
 */
export function etcdFlags(version: Version, intent: EtcdIntent, endpoint: Endpoint, nodeName: string): Flag[] {
  const { own } = etcdFlagNames(version);
  const values = ['true', formatEndpoint(endpoint), intent.serviceName, nodeName, String(intent.samplingRatePerMillion)];
  const flags = values.map((value, i) => ({ name: own[i]!, value, isDefault: i === 4 && value === '0' }));
  return etcdHasRate(version) ? flags : flags.slice(0, 4);
}

export function etcdHasRate(version: Version): boolean {
  return isAtLeast(version, 3, 5, 11);
}
