/** The process that recorded a span. */
export interface Producer {
  readonly service: string;
  /** etcd: the member's name. */
  readonly instance: string;
  /** Empty unless the component or the collector says `k8s.cluster.name`. */
  readonly cluster: string;
}

export function isApiServer({ service }: Producer): boolean {
  return service === '' || /apiserver/i.test(service);
}

export function isEtcd({ service }: Producer): boolean {
  return /^etcd/i.test(service);
}
