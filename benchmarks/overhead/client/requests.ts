import { Api, Reply } from './api';

export const KINDS = ['read', 'list', 'write', 'webhook'] as const;
/** `webhook` is a write that a webhook is asked about. */
export type Kind = typeof KINDS[number];

/** Of every 20 requests: mostly reads, and as many writes as control planes see, where the renewal of leases never ends. */
const MIX: readonly Kind[] = [
  'read', 'read', 'write', 'read', 'webhook', 'read', 'list', 'read', 'write', 'read',
  'read', 'webhook', 'read', 'read', 'list', 'read', 'write', 'read', 'webhook', 'read',
];

const OBJECTS = 50;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

/** The objects of the load, and the requests for them, always on the same objects in the same order. */
export class Requests {
  private readonly versions = new Map<string, string>();
  private readonly counts: Record<Kind, number> = { read: 0, list: 0, write: 0, webhook: 0 };
  private total = 0;

  constructor(private readonly api: Api) {}

  public async prepare(): Promise<void> {
    for (let n = 0; n < OBJECTS; n++) {
      await this.create(CONFIG_MAPS, configMap(n, 0));
      const { text } = await this.create(LEASES, lease(n));
      this.versions.set(name(n), JSON.parse(text).metadata.resourceVersion);
    }
  }

  public watch(): void {
    for (const path of [CONFIG_MAPS, LEASES]) this.api.watch(path, 'load-watch');
  }

  public async next(): Promise<Reply> {
    return this.send(MIX[this.total++ % MIX.length]!);
  }

  public async send(kind: Kind): Promise<Reply> {
    const count = this.counts[kind]++;
    const n = count % OBJECTS;
    const userAgent = `load-${kind}`;
    switch (kind) {
      case 'read': return this.api.ask('GET', `${CONFIG_MAPS}/${name(n)}`, userAgent);
      case 'list': return this.api.ask('GET', `${CONFIG_MAPS}?limit=500`, userAgent);
      case 'webhook': return this.api.ask('PUT', `${CONFIG_MAPS}/${name(n)}`, userAgent, configMap(n, count));
      case 'write': return this.renew(n, userAgent);
    }
  }

  /** As leader election does it: with the version that the last answer had. */
  private async renew(n: number, userAgent: string): Promise<Reply> {
    const reply = await this.api.ask('PUT', `${LEASES}/${name(n)}`, userAgent, lease(n, this.versions.get(name(n))));
    if (reply.status === 200) this.versions.set(name(n), JSON.parse(reply.text).metadata.resourceVersion);
    return reply;
  }

  private async create(path: string, object: object): Promise<Reply> {
    const reply = await this.api.ask('POST', path, 'load-prepare', object);
    if (reply.status !== 201) throw new Error(`POST ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }
}

function name(n: number): string {
  return `load-${n}`;
}

function configMap(n: number, count: number): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name(n) }, data: { count: String(count), text: 'x'.repeat(500) } };
}

function lease(n: number, resourceVersion?: string): object {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: name(n), resourceVersion },
    spec: { holderIdentity: name(n), leaseDurationSeconds: 15, renewTime: new Date().toISOString().replace('Z', '000Z') },
  };
}
