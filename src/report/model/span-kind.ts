/** What a span's name says about the time that is spent in it. */
export type SpanKind =
  | 'webhook' | 'etcd' | 'kms' | 'encoding'
  /** Filters nest and end with the request: what counts is the time before their child starts. */
  | 'queueing' | 'authentication' | 'authorization' | 'filter'
  | 'http-client' | 'other';

const NAMES: { readonly [name: string]: SpanKind } = {
  'Call validating webhook': 'webhook',
  'Call mutating webhook': 'webhook',
  'SerializeObject': 'encoding',
  'priorityandfairness': 'queueing',
  'maxinflight': 'queueing',
  'authentication': 'authentication',
  'authorization': 'authorization',
  'audit': 'filter',
  'impersonation': 'filter',
  'constrainedimpersonation': 'filter',
  'deprecatedapis': 'filter',
};

export function spanKind(name: string): SpanKind {
  if (Object.hasOwn(NAMES, name)) return NAMES[name] ?? 'other';
  if (/^etcdserverpb\./.test(name)) return 'etcd';
  if (/KeyManagementService\//.test(name)) return 'kms';
  if (/^HTTP (GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT)$/.test(name)) return 'http-client';
  return 'other';
}

/** Holds everything that comes after it. */
export function isWrapper(kind: SpanKind): boolean {
  return kind === 'filter' || kind === 'queueing' || kind === 'authentication' || kind === 'authorization';
}

/** All that is below belongs to it. */
export function isSticky(kind: SpanKind): boolean {
  return kind === 'webhook' || kind === 'etcd' || kind === 'kms' || kind === 'encoding';
}

/** `etcdserverpb.KV/Txn` -> `Txn` */
export function callName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|HTTP (?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT))(?: |$)/;

/** Whether a span of an API server is that of a request. Up to Kubernetes 1.30 all are called `KubernetesAPI`, from 1.31 by method and route. */
export function isRequestName(name: string, server: boolean): boolean {
  return name === 'KubernetesAPI' || (METHOD.test(name) && (server || !name.startsWith('HTTP ')));
}

/** A list that etcd had to answer. */
export function isStorageList(name: string): boolean {
  return /^(?:List|GetList|GetToList)\b.*etcd3$/.test(name);
}

export function isCacheList(name: string): boolean {
  return /^cacher[. ](?:GetList|GetToList|list)/i.test(name);
}
