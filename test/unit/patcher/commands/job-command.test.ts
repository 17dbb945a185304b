import * as fs from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { CollectorAddress, TlsKeyPair, TrustedCa } from '../../../../src';
import { COMPONENT_TLS_DIRECTORY } from '../../../../src/patch-spec/layout';
import { mountedCertificates } from '../../../../src/patcher/commands/job-command';
import { Files } from '../../../../src/patcher/host/files';
import { podOf } from '../../constructs/patch/patch-objects';

const PROPS = { config: { collector: CollectorAddress.endpoint('10.96.0.50:4317') }, componentTls: { ca: TrustedCa.fromSecretName('s'), clientCertificate: TlsKeyPair.fromSecretName('s') } };

let directory: string;
beforeEach(() => (directory = fs.mkdtempSync(path.join(tmpdir(), 'mounted-'))));
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** As kubelet mounts it: every file a link, by way of a link to the directory of the day. */
function mount(files: Record<string, string>): void {
  const today = path.join(directory, '..2026_11_28');
  fs.mkdirSync(today);
  fs.symlinkSync('..2026_11_28', path.join(directory, '..data'));
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(today, name), text, { mode: 0o400 });
    fs.symlinkSync(path.join('..data', name), path.join(directory, name));
  }
}

const read = (clientCertificate: boolean) => mountedCertificates(new Files(), directory, { clientCertificate });

test('the program looks for certificates where the Job mounts them: beside itself kubelet has links, and it sees their targets', () => {
  const { containers: [container] } = podOf(PROPS);
  expect(container.volumeMounts.find(({ name }: { name: string }) => name === 'component-tls').mountPath).toBe(COMPONENT_TLS_DIRECTORY);
});

test('reads them through the links', () => {
  mount({ 'ca.crt': 'ca', 'tls.crt': 'certificate', 'tls.key': 'key' });
  expect(read(true)).toEqual({ ca: 'ca', client: { certificate: 'certificate', key: 'key' } });
  expect(read(false)).toEqual({ ca: 'ca', client: null });
});

test.each<[Record<string, string>, string]>([
  [{}, 'the Secret or ConfigMap of componentTls.ca, or the key in it, is not in the namespace of the Job'],
  [{ 'ca.crt': 'ca' }, 'the Secret of componentTls.clientCertificate, or the key for tls.crt in it, is not in the namespace of the Job'],
  [{ 'ca.crt': 'ca', 'tls.crt': 'c' }, 'the Secret of componentTls.clientCertificate, or the key for tls.key in it, is not in the namespace of the Job'],
])('says what is missing: of %j', (files, message) => {
  mount(files);
  expect(read(true)).toBe(message);
});
