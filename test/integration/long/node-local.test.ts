/** The node-local way on a real cluster: components, loopback, agent, mutual TLS, gateway. */
import * as fs from 'node:fs';
import { App, Chart, JsonPatch } from 'cdk8s';
import { Collector, SpanExporter, TlsKeyPair, TracingStack, TrustedCa } from '../../../src';
import { Authority } from '../../support/certificates';
import { joinedTraces, Trace } from '../../support/traces/joined';
import { Cluster } from '../cluster/cluster';
import { jobRunEnds } from '../cluster/job-run';
import { apply, jobName, NAMESPACE, spans } from '../cluster/stack';
import { Scratch } from '../collector/scratch-directory';

const GATEWAY_IP = '10.96.0.50';
const GATEWAY = `control-plane-tracing-collector.${NAMESPACE}.svc`;

const scratch = new Scratch();
let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'node-local', log: (line) => process.stderr.write(`${line}\n`) });
});
afterAll(async () => {
  await cluster?.stop();
  await scratch.clear();
});

function synthesized(): string {
  const app = new App();
  const chart = new Chart(app, 'tracing', { namespace: NAMESPACE });
  const gateway = new Collector(chart, 'gateway', {
    clusterName: 'test',
    clusterIP: GATEWAY_IP,
    exporters: [SpanExporter.debug()],
    receiverCertificate: TlsKeyPair.fromSecretName('gateway-tls'),
    receiverClientCa: TrustedCa.fromSecretName('gateway-tls'),
  });
  const stack = new TracingStack(chart, 'tracing', {
    collector: gateway,
    agent: { gatewayCa: TrustedCa.fromSecretName('agent-tls'), gatewayClientCertificate: TlsKeyPair.fromSecretName('agent-tls') },
  });
  // The test cluster has no DNS.
  stack.agent!.daemonSet.addJsonPatch(JsonPatch.add('/spec/template/spec/hostAliases', [{ ip: GATEWAY_IP, hostnames: [GATEWAY] }]));
  return app.synthYaml();
}

async function createSecret(authority: Authority, namespace: string, name: string, host: string): Promise<void> {
  const directory = scratch.below(name);
  authority.issue(directory, host);
  const files = { 'tls.crt': `${directory}/tls.crt`, 'tls.key': `${directory}/tls.key`, 'ca.crt': authority.certificate };
  await cluster.kubectl(['apply', '-f', '-'], {
    stdin: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name, namespace },
      data: Object.fromEntries(Object.entries(files).map(([key, file]) => [key, fs.readFileSync(file, 'base64')])),
    }),
  });
}

test('traces of both components reach the gateway through the agent of their node, and nothing leaves the node in plain text', async () => {
  const node = cluster.nodes[0]!;
  const authority = new Authority(scratch.below('authority'));
  await cluster.kubectl(['create', 'namespace', NAMESPACE]);
  await cluster.kubectl(['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
  await createSecret(authority, NAMESPACE, 'gateway-tls', GATEWAY);
  await createSecret(authority, 'kube-system', 'agent-tls', 'agent');

  const yaml = synthesized();
  await apply(cluster, yaml);
  const end = await jobRunEnds(cluster, jobName(yaml));
  expect(`${end.reason}\n${end.log}`).toContain('done: kube-apiserver and etcd restarted with the planned flags and healthy');

  const [etcd] = await node.processes('etcd');
  expect(etcd!.argv).toContain('--distributed-tracing-address=127.0.0.1:4317');
  const [apiServer] = await node.processes('kube-apiserver');
  const config = apiServer!.argv.find((flag) => flag.startsWith('--tracing-config-file='))!.split('=')[1]!;
  expect(fs.readFileSync(node.path(config), 'utf8')).toContain('endpoint: 127.0.0.1:4317');

  let joined: Trace[] = [];
  await node.waitFor('joined trace', async () => {
    joined = joinedTraces(await spans(cluster, 60));
    return joined.length > 0;
  });
  expect(joined[0]!.find(({ service }) => service === 'etcd')!.instance).toBe(node.name);
  const { stdout } = await cluster.kubectl(['-n', NAMESPACE, 'logs', '-l', 'app.kubernetes.io/component=collector', '--tail=-1']);
  const resource = [`k8s.node.name: Str(${node.name})`, 'k8s.cluster.name: Str(test)'];
  expect(resource.filter((attribute) => !stdout.includes(attribute))).toEqual([]);
});
