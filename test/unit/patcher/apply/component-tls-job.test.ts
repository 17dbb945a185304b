/** Jobs with `componentTls`: certificates that come late or never, and what a Job leaves in the cluster for the alert. */
import * as fs from 'fs';
import * as path from 'path';
import { ClusterOfPods, LEASES } from './cluster-of-pods';
import { TEMPLATE, World } from './world';
import { EXIT } from '../../../../src/patch-spec/exit-status';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { JobPod, PodEnd } from '../../../../src/patcher/apply/job-pod';
import { NodeLock } from '../../../../src/patcher/host/node-lock';
import { Certificates } from '../../../../src/patcher/plan/certificates';
import { Authority } from '../../../support/certificates';

const LEASE = `${LEASES}/tracing-certificates`;
const TLS: Partial<PatchSpec> = { state: 'enabled', componentTls: { clientCertificate: true } };
const DAY = 86_400_000;

let cluster: ClusterOfPods;
let worlds: Map<string, World>;
let certificates: Certificates;
let renewed: Certificates;

beforeAll(() => {
  const { directory } = new World();
  const authority = new Authority(path.join(directory, 'ca'), 400);
  const issue = (name: string, days: number): Certificates => {
    authority.issue(path.join(directory, name), 'components', days);
    const text = (file: string) => fs.readFileSync(path.join(directory, file), 'utf8');
    return { ca: text('ca/ca.crt'), client: { certificate: text(`${name}/tls.crt`), key: text(`${name}/tls.key`) } };
  };
  certificates = issue('first', 30);
  renewed = issue('second', 90);
  fs.rmSync(directory, { recursive: true });
});

beforeEach(() => {
  cluster = new ClusterOfPods();
  // The calendar of the tests' clock begins in 1970.
  cluster.clock.since = date => Date.now() - Date.parse(date!);
  worlds = new Map(['a', 'b', 'c'].map(name => [name, new World(cluster.clock)]));
  for (const world of worlds.values()) world.accepts = () => true;
});

afterEach(() => {
  for (const world of worlds.values()) fs.rmSync(world.directory, { recursive: true });
});

async function job(n: number, change: Partial<PatchSpec>, given?: Certificates | (() => Certificates | string)): Promise<PodEnd[]> {
  const jobUid = `job-${n}`;
  cluster.setJob(jobUid, false, 1 + n);
  const lock = () => Promise.resolve({ release: () => Promise.resolve() } as unknown as NodeLock);
  const ends = await cluster.clock.run(Promise.all([...worlds].map(([nodeName, world]) => {
    const spec = world.spec({ controlPlaneNodes: worlds.size, ...change });
    return new JobPod(world.host, cluster.api.asApi, { spec, template: TEMPLATE, participant: { nodeName, jobUid }, lock, certificates: typeof given === 'function' ? given : () => given }).carryOut();
  })));
  cluster.setJob(jobUid, true, 1 + n);
  return ends;
}

const lease = () => cluster.api.objects.get(LEASE) as unknown as { spec: { renewTime?: string } } | undefined;
const writes = () => cluster.api.calls.filter(call => call === `PUT ${LEASE}`).length;
const daysLeft = () => Math.round((Date.parse(lease()!.spec.renewTime!) - Date.now()) / DAY);
const done = { status: EXIT.done };

test('the Lease says when the first certificate expires, follows a renewal, and says nothing once they are taken away', async () => {
  expect(await job(1, TLS, certificates)).toMatchObject([done, done, done]);
  expect(lease()!.spec.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/);
  expect(daysLeft()).toBe(30);
  const before = writes();
  await job(2, TLS, certificates);
  expect(writes()).toBe(before);
  await job(3, TLS, renewed);
  expect(daysLeft()).toBe(90);
  expect(await job(4, { ...TLS, state: 'disabled' })).toMatchObject([done, done, done]);
  expect(lease()!.spec.renewTime).toBeUndefined();
});

test('a Job without certificates does not look at it, and one that fails does not write it', async () => {
  await job(1, { state: 'enabled' });
  expect(cluster.api.calls.filter(call => call.includes(LEASE))).toEqual([]);
  for (const world of worlds.values()) world.tlsError = Object.assign(new Error('alert'), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' });
  expect(await job(2, TLS, certificates)).not.toMatchObject([done, done, done]);
  expect(lease()).toBeUndefined();
});

const touched = () => [...worlds.values()].flatMap(world => world.renamed);

test('a Secret that is missing is waited for as long as for the collector, then the Job refuses with nothing touched', async () => {
  const began = cluster.clock.now();
  const timing = { ...worlds.get('a')!.spec().timing, collectorWaitSeconds: 7 };
  const missing = 'the Secret of componentTls.clientCertificate, or the key for tls.crt in it, is not in the namespace of the Job';
  const ends = await job(1, { ...TLS, timing }, () => missing);
  expect(ends.map(({ message }) => message)).toContainEqual(expect.stringContaining(`refused, nothing was touched [no-certificates]: after 7 s ${missing}`));
  expect(ends.map(({ status }) => status)).not.toContain(EXIT.done);
  expect(touched()).toEqual([]);
  expect(cluster.clock.now() - began).toBeGreaterThanOrEqual(7_000);
});

test('a Secret that comes while the Job waits is taken', async () => {
  let asked = 0;
  expect(await job(1, TLS, () => (asked++ < 6 ? 'not yet' : certificates))).toMatchObject([done, done, done]);
  expect(touched().length).toBeGreaterThan(0);
});
