/** Batches of spans as the Collector's file exporter writes them: writes with a webhook, by several clients, on three nodes. */
export const SPANS_PER_TRACE = 13;

const CLIENTS = ['kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0a1b2c3/leader-election', 'kubectl/v1.37.2 (linux/amd64) kubernetes/0a1b2c3', 'shop-controller/v0.3.1'];
const RESOURCES = ['configmaps', 'secrets', 'pods', 'events', 'leases'];
const NODES = ['cp-1', 'cp-2', 'cp-3'];
const BASE = 1_800_000_000n * 1_000_000_000n;

/** One line: a batch of the API server and one of etcd. */
export function batch(first: number, traces: number): string {
  const api: object[] = [];
  const etcd: object[] = [];
  for (let n = first; n < first + traces; n++) trace(n, api, etcd);
  const node = NODES[first % 3]!;
  return JSON.stringify({ resourceSpans: [group('apiserver', `api-${node}`, api), group('etcd', node, etcd)] });
}

function group(service: string, instance: string, spans: object[]): object {
  const attributes = [['service.name', service], ['service.instance.id', instance]].map(([key, value]) => ({ key, value: { stringValue: value } }));
  return { resource: { attributes }, scopeSpans: [{ scope: { name: 'k8s.io/apiserver' }, spans }] };
}

function trace(n: number, api: object[], etcd: object[]): void {
  const resource = RESOURCES[n % RESOURCES.length]!;
  const webhook = 1_000_000 + (n * 7_919_333) % 90_000_000;
  const start = BASE + BigInt(n) * 1_000_000n;
  const traceId = `4bf92f35${(n + 1).toString(16).padStart(24, '0')}`;
  let next = 0;
  const add = (to: object[], parent: number, name: string, from: number, length: number, kind: number, attributes: object = {}): number => {
    const id = next++;
    to.push({
      traceId,
      spanId: spanId(n, id),
      parentSpanId: parent < 0 ? '' : spanId(n, parent),
      flags: 257,
      name,
      kind,
      startTimeUnixNano: String(start + BigInt(from)),
      endTimeUnixNano: String(start + BigInt(from + length)),
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } })),
      status: {},
    });
    return id;
  };
  const total = webhook + 5_000_000;
  let parent = add(api, -1, `POST /api/v1/namespaces/{:namespace}/${resource}`, 0, total, 2, {
    'http.request.method': 'POST',
    'url.path': `/api/v1/namespaces/ns-${n % 50}/${resource}`,
    'url.scheme': 'https',
    'user_agent.original': CLIENTS[n % 3],
    'http.response.status_code': 201,
    'client.address': '10.0.0.7',
    'network.protocol.version': '2.0',
    'server.address': '10.0.0.1',
    'audit-id': `0f8fad5b-d9cb-469f-a165-${n}`,
  });
  for (const name of ['audit', 'constrainedimpersonation', 'priorityandfairness', 'authorization']) parent = add(api, parent, name, 1000 * next, total - 2000 * next, 1);
  const create = add(api, parent, 'Create', 10_000, total - 20_000, 1, { 'audit-id': `0f8fad5b-${n}`, 'protocol': 'HTTP/2.0', 'resource': resource, 'scope-resource': resource });
  const call = add(api, create, 'Call validating webhook', 20_000, webhook, 1, { configuration: 'policy', webhook: `policy-${n % 4}.example.com`, resource, operation: 'CREATE' });
  add(api, call, 'HTTP POST', 30_000, webhook - 20_000, 3, { 'http.request.method': 'POST', 'url.full': 'https://policy.example.com/validate?timeout=10s', 'server.address': 'policy.example.com' });
  const store = add(api, create, 'Create etcd3', webhook + 30_000, 3_000_000, 1, { 'audit-id': `0f8fad5b-${n}`, 'key': `/${resource}/ns-${n % 50}/object-${n}`, 'type': '*core.ConfigMap' });
  const client = add(api, store, 'etcdserverpb.KV/Txn', webhook + 40_000, 2_900_000, 3, { 'rpc.system': 'grpc', 'rpc.service': 'etcdserverpb.KV', 'rpc.method': 'Txn' });
  const server = add(etcd, client, 'etcdserverpb.KV/Txn', webhook + 60_000, 2_000_000, 2, { 'rpc.system': 'grpc', 'rpc.service': 'etcdserverpb.KV', 'rpc.method': 'Txn' });
  add(etcd, server, 'txn', webhook + 70_000, 1_800_000, 1, { compare_first_key: `/registry/${resource}/ns-${n % 50}/object-${n}`, read_only: 'false' });
  add(api, create, 'SerializeObject', webhook + 3_100_000, 60_000, 1, { 'method': 'POST', 'url': `/api/v1/namespaces/ns-${n % 50}/${resource}`, 'media-type': 'application/json' });
}

function spanId(n: number, id: number): string {
  return `b7ad${(n * 16 + id).toString(16).padStart(12, '0')}`;
}
