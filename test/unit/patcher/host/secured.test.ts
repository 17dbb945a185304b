import * as fs from 'fs';
import * as http2 from 'http2';
import * as net from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { collectorTls } from '../../../../src/patcher/apply/collector-tls';
import { Endpoints } from '../../../../src/patcher/host/endpoints';
import { Certificates } from '../../../../src/patcher/plan/certificates';
import { Authority } from '../../../support/certificates';
import { fakeHost } from '../apply/fake-host';
import { VirtualClock } from '../apply/virtual-clock';

const directory = fs.mkdtempSync(join(tmpdir(), 'secured-'));
const ours = new Authority(join(directory, 'ours'));
const theirs = new Authority(join(directory, 'theirs'));
ours.issue(join(directory, 'server'), '127.0.0.1');
ours.issue(join(directory, 'named'), 'localhost');
ours.issue(join(directory, 'expired'), '127.0.0.1', -1);
ours.issue(join(directory, 'client'), 'components');
theirs.issue(join(directory, 'stranger'), 'components');

const text = (file: string) => fs.readFileSync(join(directory, file), 'utf8');
const pair = (name: string) => ({ certificate: text(`${name}/tls.crt`), key: text(`${name}/tls.key`) });
const CA = text('ours/ca.crt');
const servers: net.Server[] = [];

afterAll(() => {
  servers.forEach(server => server.close());
  fs.rmSync(directory, { recursive: true });
});

async function listen(server: net.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

/** As a receiver of gRPC: HTTP/2 over TLS, and a client certificate where it has a CA for those. */
function receiver(name: string, clientCa?: string): Promise<number> {
  const { certificate, key } = pair(name);
  const client = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return listen(http2.createSecureServer({ cert: certificate, key, ...client }).on('sessionError', () => undefined));
}

function look(port: number, certificates: Certificates): Promise<string | undefined> {
  const host = fakeHost(new VirtualClock(), { endpoints: { secured: (...args) => new Endpoints(1000).secured(...args) } });
  return collectorTls(host, { host: '127.0.0.1', port }, certificates).then(objection => objection?.reason);
}

test('a server that the CA proves, with and without a client certificate', async () => {
  expect(await look(await receiver('server'), { ca: CA, client: null })).toBeUndefined();
  expect(await look(await receiver('server', CA), { ca: CA, client: pair('client') })).toBeUndefined();
});

test.each<[string, () => Promise<number>, () => Certificates, string]>([
  ['a CA of others', () => receiver('server'), () => ({ ca: text('theirs/ca.crt'), client: null }), 'its certificate was not issued by the CA of componentTls'],
  ['no name for the address', () => receiver('named'), () => ({ ca: CA, client: null }), 'its certificate is not for the address 127.0.0.1: give it that IP address as a subject alternative name'],
  ['an expired certificate', () => receiver('expired'), () => ({ ca: CA, client: null }), 'has expired: renew it'],
  ['a client certificate of others', () => receiver('server', CA), () => ({ ca: CA, client: pair('stranger') }), 'it does not take the client certificate'],
  ['no client certificate', () => receiver('server', CA), () => ({ ca: CA, client: null }), 'it asks for a client certificate: give componentTls a clientCertificate'],
  ['plain text', () => listen(net.createServer(socket => socket.on('error', () => undefined).end('hello'))), () => ({ ca: CA, client: null }), 'it speaks plain text: give it a receiverCertificate first'],
])('%s is said', async (_, serve, certificates, message) => {
  const port = await serve();
  const reason = await look(port, certificates());
  expect(reason).toContain(`the collector at 127.0.0.1:${port} cannot be reached with TLS: `);
  expect(reason).toContain(message);
});

test('nothing that listens is said as it is', async () => {
  const port = await listen(net.createServer());
  await new Promise(resolve => servers.pop()!.close(resolve));
  expect(await look(port, { ca: CA, client: null })).toContain('[ECONNREFUSED]');
});
