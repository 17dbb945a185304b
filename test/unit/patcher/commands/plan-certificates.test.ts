/** `--component-ca` and what goes with it, on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { UsageError } from '../../../../src/patcher/commands/options';
import { planCommand } from '../../../../src/patcher/commands/plan-command';
import { Authority } from '../../../support/certificates';
import { kubeadmApiServer, kubeadmEtcd } from '../../../support/fixtures/manifests/kubeadm';

const root = mkdtempSync(join(tmpdir(), 'plan-certificates-'));
const authority = new Authority(join(root, 'ca'));
authority.issue(join(root, 'client'), 'control-plane');
authority.issue(join(root, 'other'), 'control-plane');
for (const [name, text] of [['kube-apiserver.yaml', kubeadmApiServer('1.37.2')], ['etcd.yaml', kubeadmEtcd('1.37.2', '3.7.0-0')], ['note', 'hello']] as const) writeFileSync(join(root, name), text);
afterAll(() => rmSync(root, { recursive: true }));

function plan(files: { readonly [option: string]: string }): { status: number | string; out: string; err: string } {
  let out = '';
  let err = '';
  const options = Object.entries(files).flatMap(([option, file]) => [`--component-${option}`, join(root, file)]);
  try {
    const status = planCommand(['--manifests', root, '--endpoint', '10.96.0.50:4317', '--node-name', 'cp1', ...options], { out: text => (out += text), err: text => (err += text) });
    return { status, out, err };
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    return { status: 'wrong usage', out, err: e.message };
  }
}

const PAIR = { ca: 'ca/ca.crt', certificate: 'client/tls.crt', key: 'client/tls.key' };

test('both components get the three files, and the key is not shown', () => {
  const { status, out } = plan(PAIR);
  expect(status).toBe(1);
  expect(out.match(/^\+ +- name: OTEL_EXPORTER_OTLP_(CERTIFICATE|CLIENT_CERTIFICATE|CLIENT_KEY)$/gm)).toHaveLength(6);
  expect(out).not.toContain('PRIVATE KEY');
});

test.each<[string, { [option: string]: string }, number | string, string]>([
  ['a CA that is not there', { ca: 'nowhere' }, 'wrong usage', 'nowhere) cannot be read'],
  ['a CA that is a directory', { ca: 'ca' }, 'wrong usage', 'cannot be read'],
  ['a certificate without its key', { ca: PAIR.ca, certificate: PAIR.certificate }, 'wrong usage', '--component-certificate and --component-key must be given together'],
  ['a pair without a CA', { certificate: PAIR.certificate, key: PAIR.key }, 'wrong usage', '--component-ca is required with --component-certificate'],
  ['a CA that is no certificate', { ca: 'note' }, 2, '[component-tls]: the certificates: the CA is no certificate'],
  ['a CA that is a key', { ca: PAIR.key }, 2, 'the CA is no certificate'],
  ['a key of another certificate', { ...PAIR, key: 'other/tls.key' }, 2, 'the private key does not belong to the client certificate'],
  ['a key that is a certificate', { ...PAIR, key: PAIR.certificate }, 2, 'the private key of the client certificate cannot be read'],
])('%s is refused', (_, files, status, message) => {
  const { status: ended, out, err } = plan(files);
  expect([ended, out]).toEqual([status, '']);
  expect(err).toContain(message);
});
