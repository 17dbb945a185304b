/** The Job without privileges, and what the program touches: its two directories, and nothing else of the node. */
import * as fs from 'node:fs';
import { Duration, JsonPatch } from 'cdk8s';
import { TracingStack, TracingState } from '../../../src';
import { ensureImage } from '../../support/components/image-archive';
import { nodeImage } from '../../support/components/images';
import { Cluster } from '../cluster/cluster';
import { jobRunEnds } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { manifests } from '../cluster/node-state';
import { apply, jobName, synth } from '../cluster/stack';
import { Watch } from '../cluster/watch';

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
