/** The Job has the rights that it needs, and no more. */
import { parseAllDocuments } from 'yaml';
import { TracingStackProps, TracingState } from '../../../src';
import { Cluster } from '../cluster/cluster';
import { jobRunEnds } from '../cluster/job-run';
import { ClusterNode } from '../cluster/node';
import { stateOf } from '../cluster/node-state';
import { apply, jobName, synth } from '../cluster/stack';

let cluster: Cluster;
let node: ClusterNode;

beforeAll(async () => {
  cluster = await Cluster.start({ name: 'rights', log: (line) => process.stderr.write(`${line}\n`) });
  node = cluster.nodes[0]!;
});
afterAll(() => cluster?.stop());

test('the Job needs every right that it has, and says which one is missing', async () => {
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
