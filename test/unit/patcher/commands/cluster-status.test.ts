import { spawnSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { TracingStack, TracingStackProps, TracingState } from '../../../../src';
import { clusterStatusCommand } from '../../../../src/patcher/commands/cluster-status-command';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';
import { planned } from '../plan/planning';

const NODES = ['cp1', 'cp2'];
const LABEL = 'cdk8s-control-plane-tracing.github.io/patch';

interface Live { readonly props?: TracingStackProps; readonly edit?: (pods: any[]) => any[]; readonly external?: boolean }

/** A cluster as kubectl shows it, on whose nodes the Job has been. */
function liveCluster({ props = {}, edit = pods => pods, external = false }: Live = {}) {
  const stack = new TracingStack(new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' }), 'tracing', { controlPlaneNodes: 2, ...props });
  const spec = stack.patch._toPatchSpec();
  const objects = Chart.of(stack).toJson() as any[];
  const config = stack.tracingConfig.configMap.toJson();
  const pods = NODES.flatMap(nodeName => {
    const { components } = planned({
      apiServer: kubeadmApiServer('1.37.2'), etcd: kubeadmEtcd('1.37.2', '3.7.0-0'), spec: { ...spec, state: 'enabled' }, template: config.data['tracing-config.yaml'], facts: { nodeName },
    });
    return components.map(({ component, after }) => mirror(parse(after), component, nodeName));
  }).filter(({ metadata }) => !(external && metadata.labels.component === 'etcd'));
  const answers: Record<string, unknown> = {
    nodes: { items: NODES.map(name => ({ metadata: { name } })) },
    pods: { items: edit(pods) },
    jobs: { items: objects.filter(({ kind }) => kind === 'Job').map(job => ({ ...job, metadata: { ...job.metadata, creationTimestamp: '2026-01-01T00:00:00Z' } })) },
    service: { spec: { clusterIP: '10.96.0.50' } },
    configmap: undefined,
  };
  const calls: string[] = [];
  return {
    calls,
    start: (common: readonly string[]) => (args: readonly string[]) => {
      calls.push([...common, ...args].join(' '));
      const [kind, name] = args.slice(args[1] === '-n' ? 3 : 1) as [string, string];
      if (kind === 'configmap') return JSON.stringify(objects.find(object => object.kind === 'ConfigMap' && object.metadata.name === name));
      if (answers[kind] === undefined) throw new Error(`kubectl get ${kind}: no`);
      return JSON.stringify(answers[kind]);
    },
  };
}

/** What kubelet and the API server add to a static pod. */
function mirror(pod: any, component: string, nodeName: string) {
  const [container] = pod.spec.containers;
  const env = container.env?.map((variable: any) => variable.valueFrom ? { ...variable, valueFrom: { fieldRef: { apiVersion: 'v1', ...variable.valueFrom.fieldRef } } } : variable);
  return {
    ...pod,
    metadata: {
      ...pod.metadata, name: `${component}-${nodeName}`, uid: '1', annotations: { ...pod.metadata.annotations, 'kubernetes.io/config.mirror': '1', 'kubernetes.io/config.source': 'file' },
    },
    spec: { ...pod.spec, nodeName, dnsPolicy: 'ClusterFirst', containers: [{ ...container, ...env && { env }, terminationMessagePath: '/dev/termination-log' }] },
  };
}

function run(live: ReturnType<typeof liveCluster>, ...args: string[]) {
  let out = '';
  let err = '';
  const status = clusterStatusCommand(args, live.start, { out: text => { out += text; }, err: text => { err += text; } });
  return { status, out, err };
}

test('a cluster as declared has a line for each node and component', () => {
  const live = liveCluster();
  expect(run(live)).toEqual({
    status: 0,
    err: '',
    out: 'cp1  kube-apiserver  1.37.2  as declared\ncp1  etcd            3.7.0   as declared\ncp2  kube-apiserver  1.37.2  as declared\ncp2  etcd            3.7.0   as declared\n',
  });
  expect(live.calls).toContain(`get -n kube-system jobs -l ${LABEL} -o json`);
});

test('what differs is said by what the Job would do, and a pod that is not there by that', () => {
  const live = liveCluster({
    edit: pods => pods.filter(({ metadata }) => metadata.name !== 'kube-apiserver-cp2').map(pod => pod.metadata.name !== 'etcd-cp1' ? pod : {
      ...pod, spec: { ...pod.spec, containers: pod.spec.containers.map((c: any) => ({ ...c, command: c.command.filter((item: string) => !item.includes('tracing-address')) })) },
    }),
  });
  const { status, out } = run(live, '--output', 'json');
  expect(status).toBe(1);
  expect(JSON.parse(out).components).toEqual([
    { node: 'cp1', component: 'kube-apiserver', state: 'as declared', version: '1.37.2', how: [] },
    { node: 'cp1', component: 'etcd', state: 'differs', version: '3.7.0', how: [expect.stringContaining('the Job adds --distributed-tracing-address=10.96.0.50:4317')] },
    { node: 'cp2', component: 'kube-apiserver', state: 'not there', how: [] },
    { node: 'cp2', component: 'etcd', state: 'as declared', version: '3.7.0', how: [] },
  ]);
});

test('tracing that should be off differs, too', () => {
  const { status, out } = run(liveCluster({ props: { state: TracingState.DISABLED } }));
  expect(status).toBe(1);
  expect(out).toMatch(/cp1 {2}kube-apiserver {2}1\.37\.2 {2}differs: the Job removes --tracing-config-file=/);
});

test('another endpoint than the collector has differs', () => {
  const { status, out } = run(liveCluster(), '--endpoint', '10.96.0.51:4317');
  expect(status).toBe(1);
  expect(out).toContain('the Job adds --distributed-tracing-address=10.96.0.51:4317');
});

test('an external etcd is none of the nodes\'', () => {
  const { status, out } = run(liveCluster({ external: true }));
  expect([status, out.includes('etcd ')]).toEqual([0, false]);
});

test('kubectl gets the kubeconfig and the context', () => {
  const live = liveCluster();
  run(live, '--kubeconfig', '/tmp/k', '--context', 'prod');
  expect(live.calls.every(call => call.startsWith('--kubeconfig /tmp/k --context prod get '))).toBe(true);
});

test('what kubectl complains about is said, and nothing else', () => {
  const none = () => () => { throw new Error('kubectl get nodes: connection refused'); };
  let err = '';
  expect(clusterStatusCommand([], none, { out: () => undefined, err: text => { err += text; } })).toBe(10);
  expect(err).toBe('kubectl get nodes: connection refused\n');
});

test('a cluster without a Job needs the synthesized YAML', () => {
  const live = liveCluster();
  const start = (common: readonly string[]) => (args: readonly string[]) => args.includes('jobs') ? '{"items":[]}' : live.start(common)(args);
  let err = '';
  expect(clusterStatusCommand([], start, { out: () => undefined, err: text => { err += text; } })).toBe(10);
  expect(err).toContain('there is no Job of this package in the namespace kube-system: give the synthesized YAML with --app');
});

test('the bin says the same, and it has only the reading half of the YAML library', () => {
  const live = liveCluster();
  const answers: Record<string, string> = {};
  const recorded = { ...live, start: (common: readonly string[]) => (args: readonly string[]) => (answers[[...common, ...args].join(' ')] = live.start(common)(args)) };
  const expected = run(recorded);
  const directory = mkdtempSync(join(tmpdir(), 'cluster-status-'));
  try {
    writeFileSync(join(directory, 'answers.json'), JSON.stringify(answers));
    writeFileSync(join(directory, 'kubectl'), `#!${process.execPath}
process.stdout.write(JSON.parse(require('fs').readFileSync(__dirname + '/answers.json', 'utf8'))[process.argv.slice(2).join(' ')]);
`, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, '../../../../bin/cdk8s-control-plane-tracing'), 'status', '--cluster'],
      { encoding: 'utf8', env: { PATH: directory }, timeout: 30_000 });
    expect({ status, out: stdout, err: stderr }).toEqual(expected);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
