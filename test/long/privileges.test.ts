/** The program has the rights that it needs, no more, and keeps to its two directories. */
import * as fs from 'node:fs';
import { Duration, JsonPatch } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { TracingStack, TracingStackProps, TracingState } from '../../src';
import { Cluster } from '../cluster/cluster';
import { jobRunEnds } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { manifests, stateOf } from '../cluster/node-state';
import { apply, jobName, synth } from '../cluster/stack';
import { Watch } from '../cluster/watch';
import { ensureImage } from '../components/image-archive';
import { nodeImage } from '../components/images';

const TRACED_IMAGE = 'localhost/node-and-strace:1';
const SOAK = Duration.seconds(2);

let cluster: Cluster;
let node: ClusterNode;
let original: Record<string, string>;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'privileges', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
  original = manifests(node);
  await node.addImage(await ensureImage(await nodeImage(TRACED_IMAGE, ['/usr/bin/strace'])));
});
afterAll(() => cluster?.stop());

describe.each([TracingState.ENABLED, TracingState.DISABLED])('without privileges, %s', (state) => {
  let paths: Set<string>;

  test('the Job does its work', async () => {
    const yaml = synth({ state, privileged: false, soak: SOAK, patchImage: TRACED_IMAGE }, (stack) => traced(stack));
    const watch = await Watch.start(cluster);
    await apply(cluster, yaml);
    const end = await jobRunEnds(cluster, jobName(yaml));
    await watch.stop();
    paths = pathsOf(fs.readFileSync(node.path('/var/log/trace/trace'), 'utf8'));
    fs.rmSync(node.path('/var/log/trace'), { recursive: true });

    expect(end.succeeded).toBe(true);
    expect(watch.restarts()).toEqual({ cp1: { 'kube-apiserver': 1, 'etcd': 1 } });
    if (state === TracingState.DISABLED) expect(manifests(node)).toEqual(original);
  });

  test('of the files of the node it names only those of its two directories', () => {
    const hosts = [...paths].filter((file) => /^\/(etc\/kubernetes|var\/lib|root|home|run\/(?!secrets\/kubernetes\.io\/serviceaccount))/.test(file));
    expect(hosts.filter((file) => !/^\/etc\/kubernetes\/(manifests|tracing)(\/|$)/.test(file))).toEqual([]);
    expect(hosts).toContain('/etc/kubernetes/manifests/kube-apiserver.yaml');
    expect([...paths].filter((file) => /pki|admin\.conf|kubelet\.conf/.test(file))).toEqual([]);
  });

  test('of other processes it reads only the command line, the state and the cgroup', () => {
    const kinds = new Set([...paths].flatMap((file) => /^\/proc\/\d+\/(.*)$/.exec(file)?.[1] ?? []));
    expect([...kinds].sort()).toEqual(['cgroup', 'cmdline', 'stat']);
  });
});

test('the Job needs every right that it has, and says which one is missing', async () => {
  await cluster.kubectl(['-n', 'kube-system', 'delete', 'lease', 'control-plane-tracing']);
  const before = await stateOf([node]);
  const [createsLease, ...others] = rights().map(without);
  const deletesJobs = others.find(({ verb, resource }) => verb === 'delete' && resource === 'jobs')!;

  expect(createsLease).toMatchObject({ verb: 'create', resource: 'leases' });
  await expectFailure(createsLease!);
  // Makes the Lease, and is a finished Job, which the next one of the same stack shall delete.
  await apply(cluster, deletesJobs.whole);
  expect((await jobRunEnds(cluster, jobName(deletesJobs.whole))).succeeded).toBe(true);
  await Promise.all(others.map(expectFailure));

  expect(await stateOf([node])).toEqual(before);
});

interface Right {
  readonly verb: string;
  readonly resource: string;
}

interface Deprived extends Right {
  /** A stack that lacks the right. */
  readonly yaml: string;
  /** The same with it. */
  readonly whole: string;
}

/** All that the product's roles grant. */
function rights(): Right[] {
  return parseAllDocuments(synth({})).flatMap((document) => {
    const { kind, rules } = document.toJS() as { kind: string; rules: { resources: string[]; verbs: string[] }[] };
    if (!kind.endsWith('Role')) return [];
    return rules.flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource }))));
  });
}

/** A stack with a name, and so roles, of its own. */
function without({ verb, resource }: Right): Deprived {
  // Only what is to send spans asks for the collector, and only what is to change something looks at the control plane's pods.
  const state = ['pods', 'services', 'endpointslices'].includes(resource) ? TracingState.ENABLED : TracingState.DISABLED;
  const props: TracingStackProps = { name: `no-${verb}-${resource}`, state };
  const documents = parseAllDocuments(synth({ ...props, runId: 'without' }));
  for (const document of documents) {
    const { kind, rules } = document.toJS() as { kind: string; rules: { resources: string[]; verbs: string[] }[] };
    if (!kind.endsWith('Role')) continue;
    const fewer = rules.map((rule) => rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((other) => other !== verb) } : rule);
    document.set('rules', fewer.filter(({ verbs }) => verbs.length > 0));
  }
  // Its collector is waited for only before something is changed.
  const needed = documents.filter((document) => resource === 'pods' || document.get('kind') !== 'Deployment');
  return { verb, resource, whole: synth(props), yaml: needed.map((document) => document.toString({ lineWidth: 0 })).join('---\n') };
}

async function expectFailure({ verb, resource, yaml }: Deprived): Promise<void> {
  await apply(cluster, yaml);
  const { exitCode, message } = await firstEnd(jobName(yaml));
  process.stderr.write(`without ${verb} ${resource}: ${exitCode} ${message}\n`);
  expect(message).toContain(`cannot ${verb} resource "${resource}"`);
  expect({ exitCode, message }).toMatchObject(verb === 'delete' ? { exitCode: 1 } : { exitCode: 10, message: expect.stringContaining('nothing was touched [forbidden]') });
  await cluster.kubectl(['-n', 'kube-system', 'delete', 'job', jobName(yaml)]);
}

/** How the first pod of a Job has ended. */
async function firstEnd(job: string): Promise<{ exitCode: number; message: string }> {
  let end: { exitCode: number; message: string } | undefined;
  await node.waitFor(`end of a pod of ${job}`, async () => {
    const { stdout } = await cluster.kubectl(['-n', 'kube-system', 'get', 'pods', '-l', `job-name=${job}`, '-o', 'jsonpath={.items[*].status.containerStatuses[0].state.terminated}']);
    if (stdout !== '') end = JSON.parse(stdout);
    return end !== undefined;
  }, 120);
  return end!;
}

/** Lets the program run under strace, which writes each file name that it gives to the kernel into the node's /var/log/trace/trace. */
function traced({ patch: { job } }: TracingStack): void {
  const container = '/spec/template/spec/containers/0';
  const { command } = job.toJson().spec.template.spec.containers[0];
  job.addJsonPatch(
    JsonPatch.replace(`${container}/command`, ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=%file', '-e', 'signal=none', '-o', '/trace/trace', ...command]),
    JsonPatch.add(`${container}/volumeMounts/-`, { name: 'trace', mountPath: '/trace' }),
    JsonPatch.add('/spec/template/spec/volumes/-', { name: 'trace', hostPath: { path: '/var/log/trace', type: 'DirectoryOrCreate' } }),
  );
}

/** All file names in a trace. */
function pathsOf(trace: string): Set<string> {
  return new Set([...trace.matchAll(/"([^"]*)"/g)].map(([, file]) => file!).filter((file) => file !== ''));
}
