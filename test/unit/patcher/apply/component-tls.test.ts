/** Certificates on the node: there before a manifest names them, and gone when none does. */
import * as fs from 'fs';
import * as path from 'path';
import { World } from './world';
import { Certificates } from '../../../../src/patcher/plan/certificates';
import { Authority } from '../../../support/certificates';
import { ETCD, KUBE_APISERVER } from '../../../support/model-node/manifests';

let world: World;
let certificates: Certificates;
let renewed: Certificates;

beforeAll(() => {
  const { directory } = new World();
  const authority = new Authority(path.join(directory, 'ca'));
  const issue = (name: string): Certificates => {
    authority.issue(path.join(directory, name), 'components');
    const text = (file: string) => fs.readFileSync(path.join(directory, file), 'utf8');
    return { ca: text('ca/ca.crt'), client: { certificate: text(`${name}/tls.crt`), key: text(`${name}/tls.key`) } };
  };
  certificates = issue('first');
  renewed = issue('second');
  fs.rmSync(directory, { recursive: true });
});

beforeEach(() => {
  world = newWorld();
});

/** The calendar of the tests' clock begins in 1970. */
function newWorld(): World {
  const made = new World();
  made.clock.since = date => Date.now() - Date.parse(date!);
  return made;
}

afterEach(() => {
  fs.rmSync(world.directory, { recursive: true });
});

const TLS = { componentTls: { clientCertificate: true } };
const OFF = { state: 'disabled' } as const;
const ours = () => {
  const directory = path.join(world.directory, 'tracing');
  const names = fs.existsSync(directory) ? fs.readdirSync(directory).filter(name => name.startsWith('component-')) : [];
  return names.map(name => {
    const file = path.join(directory, name);
    return [name.replace(/[0-9a-f]{8}/, '*'), (fs.statSync(file).mode & 0o777).toString(8), fs.readFileSync(file, 'utf8')]; // eslint-disable-line no-bitwise
  });
};
const filesOf = ({ ca, client }: Certificates) => [
  ['component-ca.*.crt', '644', ca], ['component-client.*.crt', '644', client!.certificate], ['component-client.*.key', '600', client!.key],
];
const manifests = () => ['kube-apiserver.yaml', 'etcd.yaml'].map(name => fs.readFileSync(path.join(world.manifests, name), 'utf8').replace(/.*first-rename.*\n/, ''));

test('they are written for the components, renewed under other names, and taken away with the last manifest that names them', async () => {
  expect(await world.execute('on', TLS, certificates)).toMatchObject({ kind: 'changed' });
  expect(ours()).toEqual(filesOf(certificates));
  expect(await world.execute('again', TLS, certificates)).toEqual({ kind: 'unchanged' });
  expect(await world.execute('renewed', TLS, renewed)).toMatchObject({ kind: 'changed' });
  expect(ours()).toEqual(filesOf(renewed));
  expect(await world.execute('plain', {})).toMatchObject({ kind: 'changed' });
  expect(ours()).toEqual([]);
  await world.execute('on', TLS, certificates);
  expect(await world.execute('off', OFF)).toMatchObject({ kind: 'changed' });
  expect([manifests(), ours()]).toEqual([[KUBE_APISERVER, ETCD], []]);
});

test('one that is damaged, missing, or readable by others is made right without a restart', async () => {
  await world.execute('on', TLS, certificates);
  const directory = path.join(world.directory, 'tracing');
  const [ca, certificate, key] = fs.readdirSync(directory).filter(name => name.startsWith('component-')).map(name => path.join(directory, name));
  fs.writeFileSync(ca!, 'garbage');
  fs.rmSync(certificate!);
  fs.chmodSync(key!, 0o644);
  expect(await world.execute('again', TLS, certificates)).toEqual({ kind: 'unchanged' });
  expect(ours()).toEqual(filesOf(certificates));
});

test.each<[string, string, (w: World) => Certificates]>([
  ['component-tls', 'the private key does not belong to the client certificate', () => ({ ...certificates, client: { ...certificates.client!, key: renewed.client!.key } })],
  ['collector-tls', 'the collector at 10.96.0.5:4317 cannot be reached with TLS: its certificate is not for the address 10.96.0.5', w => {
    w.tlsError = Object.assign(new Error('altnames'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    return certificates;
  }],
  ['collector-tls', 'it does not take the client certificate', w => {
    w.tlsError = Object.assign(new Error('alert'), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' });
    return certificates;
  }],
])('refused with nothing touched [%s]: %s', async (code, message, given) => {
  const wanted = given(world);
  expect(await world.execute('on', TLS, wanted)).toMatchObject({ kind: 'refused', code, reason: expect.stringContaining(message) });
  expect([manifests(), ours(), world.renamed]).toEqual([[KUBE_APISERVER, ETCD], [], []]);
});

test('a change that is rolled back leaves no key', async () => {
  world.answers = argv => !argv.includes('tracing');
  expect(await world.execute('on', TLS, certificates)).toMatchObject({ kind: 'rolled-back' });
  expect([manifests(), ours()]).toEqual([[KUBE_APISERVER, ETCD], []]);
});

const WRITES = ['create', 'replace', 'rename', 'remove', 'makeDirectory', 'syncDirectory'];

/** Does the work, killed before its nth call that writes. @returns whether it was killed */
async function killedAt(n: number, work: () => Promise<unknown>): Promise<boolean> {
  let left = n;
  world.disturb = operation => {
    if (WRITES.includes(operation) && left-- <= 0 || left < 0) throw new Error('killed');
  };
  await work().catch(() => undefined);
  world.disturb = () => undefined;
  return left < 0;
}

/** At no moment does a manifest name a file that is not there whole. */
function expectWhole(): void {
  const named = manifests().flatMap(text => [...text.matchAll(/path: (.*\/component-.*)/g)].map(([, file]) => file!));
  for (const file of named) expect([certificates, renewed].flatMap(filesOf).map(([, , text]) => text)).toContain(fs.readFileSync(file, 'utf8'));
}

/** A few of the moments each; `test:faults` goes through all of them. */
test.each<[string, number, () => Promise<unknown>, () => Promise<unknown>]>([
  ['switching on', 4, () => Promise.resolve(), () => world.execute('on', TLS, certificates)],
  ['renewing', 5, () => world.execute('before', TLS, certificates), () => world.execute('renew', TLS, renewed)],
  ['switching off', 5, () => world.execute('before', TLS, certificates), () => world.execute('off', OFF)],
])('%s, killed before a call that writes, converges at the next run', async (_, step, before, work) => {
  const normal = () => [manifests().map(text => text.replaceAll(world.directory, '')), ours()];
  await before();
  await work();
  const wanted = normal();
  let kills = 0;
  for (let n = 0, killed = true; killed; n += step) {
    fs.rmSync(world.directory, { recursive: true });
    world = newWorld();
    await before();
    killed = await killedAt(n, work);
    if (killed) kills++;
    expectWhole();
    await work();
    expect(normal()).toEqual(wanted);
  }
  expect(kills).toBeGreaterThan(5);
});

test('other files beside the manifests, which are no text, keep nothing from being tidied up', async () => {
  await world.execute('on', TLS, certificates);
  const junk = path.join(world.manifests, 'backup.gz');
  fs.writeFileSync(junk, Buffer.from([0x1f, 0x8b, 0xff]));
  fs.symlinkSync('/nowhere', path.join(world.manifests, 'gone.yaml'));
  expect(await world.execute('again', TLS, certificates)).toEqual({ kind: 'unchanged' });
  expect(await world.execute('off', OFF)).toMatchObject({ kind: 'changed' });
  expect(ours()).toEqual([]);
  expect(world.log.join('\n')).not.toContain('not tidied up');
});
