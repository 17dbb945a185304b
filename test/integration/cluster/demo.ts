/**
 * The main job before the reader's eyes: an app is synthesized, what it does to manifests is shown, and then it is applied to a real control
 * plane on this machine, until a trace from kube-apiserver down to etcd has arrived.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { Cluster } from './cluster';
import { JobProgress } from './job-progress';
import { ClusterNode } from './node';
import { apply, jobEnds, jobName, NAMESPACE, spans, synthExample } from './stack';
import { drawTrace } from '../../support/traces/drawing';
import { joinedTraces, Trace } from '../../support/traces/joined';
import { viewOfSpans } from '../../support/traces/view';
import { waterfall } from '../../support/traces/waterfall';

const ROOT = path.join(__dirname, '..', '..', '..');
const PICTURE = path.join(ROOT, 'dist', 'demo-trace.svg');
const SPANS = path.join(ROOT, 'dist', 'demo-spans.json');
const PAGE = path.join(ROOT, 'dist', 'report.html');
const say = (text: string) => process.stdout.write(`${text}\n`);
const title = (text: string) => say(`\n\x1b[1m${text}\x1b[0m`);

async function main(): Promise<void> {
  title('1. Synthesize: examples/quick-start');
  const yaml = await synthExample('quick-start');
  for (const document of yaml.split(/^---$/m)) {
    const field = (pattern: RegExp) => pattern.exec(document)?.[1];
    say(`   ${(field(/^kind: (\S+)/m) ?? '').padEnd(20)} ${field(/^ {2}namespace: (\S+)/m) ?? '-'}/${field(/^ {2}name: (\S+)/m) ?? ''}`);
  }

  title('2. Plan: what it would do to manifests that kubeadm wrote (offline, nothing is touched)');
  const manifests = path.join('test', 'support', 'fixtures', 'manifests', 'kubeadm-1.37.2');
  const plan = spawnSync(path.join(ROOT, 'bin', 'cdk8s-control-plane-tracing'),
    ['plan', '--manifests', manifests, '--endpoint', '10.96.0.42:4317', '--node-name', 'cp1'], { cwd: ROOT, encoding: 'utf8' });
  if (plan.status !== 1) throw new Error(`plan ended with ${plan.status}: ${plan.stderr}`);
  say(plan.stdout);

  const missing = whatIsMissing();
  if (missing.length > 0) {
    title(`3. The live part needs ${missing.join(' and ')}: it ends here`);
    return;
  }
  title('3. Start a real control plane on this machine (kubeadm, kubelet, containerd, kube-apiserver, etcd)');
  const cluster = await Cluster.start({ name: 'demo', log: (line) => say(`   ${line}`) });
  try {
    await live(cluster, yaml);
  } finally {
    title('The cluster is taken away again');
    await cluster.stop();
  }
}

async function live(cluster: Cluster, yaml: string): Promise<void> {
  const node = cluster.nodes[0]!;
  const before = read(node);

  title('4. kubectl apply, and the Job at work');
  const progress = JobProgress.follow(node, jobName(yaml), (line) => say(`   ${line}`));
  say((await apply(cluster, yaml)).replace(/^/gm, '   ').trimEnd());
  const end = await jobEnds(cluster, jobName(yaml));
  progress.stop();
  if (!end.succeeded) throw new Error(`the Job failed: ${end.reason}\n${end.log}`);

  title('5. What has become of the manifests');
  const after = read(node);
  for (const name of before.keys()) {
    if (before.get(name) !== after.get(name)) say(createTwoFilesPatch(name, name, before.get(name)!, after.get(name)!, 'of kubeadm', 'now', { context: 1 }));
  }

  title('6. A trace, from kube-apiserver down to etcd');
  const trace = await longestTrace(cluster, node);
  say(waterfall(trace));
  fs.mkdirSync(path.dirname(PICTURE), { recursive: true });
  fs.writeFileSync(PICTURE, drawTrace(viewOfSpans(trace)));
  say(`\nThe same as a picture: ${path.relative(process.cwd(), PICTURE)}`);

  title('7. Which requests were slow, and why: kubectl logs ... | npx cdk8s-control-plane-tracing report -');
  const { stdout: log } = await cluster.kubectl(['-n', NAMESPACE, 'logs', '-l', 'app.kubernetes.io/component=collector', '--tail=-1']);
  fs.writeFileSync(SPANS, log);
  const { status, stdout, stderr } = spawnSync(path.join(ROOT, 'bin', 'cdk8s-control-plane-tracing'), ['report', '-', '--top', '5', '--html', PAGE],
    { encoding: 'utf8', input: log });
  if (status !== 0) throw new Error(`report ended with ${status}: ${stderr}`);
  say(stdout);
  say(`The same as a page: ${path.relative(process.cwd(), PAGE)}. The spans: ${path.relative(process.cwd(), SPANS)}`);
}

/** A trace with a handful of spans shows more than one of two. */
async function longestTrace(cluster: Cluster, node: ClusterNode): Promise<Trace> {
  let traces: Trace[] = [];
  await node.waitFor('joined trace', async () => {
    await cluster.kubectl(['-n', 'default', 'create', 'configmap', `demo-${Date.now()}`, '--from-literal=a=b']);
    traces = joinedTraces(await spans(cluster, 60));
    return traces.some((trace) => trace.length >= 5);
  });
  return traces.filter((trace) => trace.length <= 25)[0] ?? traces[0]!;
}

function read(node: ClusterNode): Map<string, string> {
  return new Map(fs.readdirSync(node.manifestsDir).sort().map((name) => [name, fs.readFileSync(path.join(node.manifestsDir, name), 'utf8')]));
}

function whatIsMissing(): string[] {
  const missing: string[] = [];
  if (process.platform !== 'linux') missing.push('Linux');
  if (process.getuid?.() !== 0) missing.push('root');
  for (const tool of ['go', 'apt-get']) {
    if (spawnSync(tool, [tool === 'go' ? 'version' : '--version']).status !== 0) missing.push(tool);
  }
  return missing;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
