import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { certificatesValid } from '../../../../src/patcher/commands/certificate-status';
import { systemClock } from '../../../../src/patcher/host/clock';
import { Files } from '../../../../src/patcher/host/files';
import { Host } from '../../../../src/patcher/host/host';
import { Authority } from '../../../support/certificates';

const directory = mkdtempSync(join(tmpdir(), 'certificate-status-'));
const authority = new Authority(join(directory, 'ca'), 400);
authority.issue(join(directory, 'client'), 'control-plane', 9);
afterAll(() => rmSync(directory, { recursive: true }));

const CA = join(directory, 'ca/ca.crt');
const CLIENT = join(directory, 'client/tls.crt');
const env = (client: string) => [
  { name: 'OTEL_EXPORTER_OTLP_CERTIFICATE', value: CA }, { name: 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', value: client }, { name: 'OTHER', value: '/nowhere' },
];

/** Real files and the real calendar, so many days later. */
function said(client: string, daysLater = 0): { valid: boolean; lines: string[] } {
  const lines: string[] = [];
  const files: Partial<Files> = { readIfThere: path => path === '/missing' ? undefined : { text: readFileSync(path, 'utf8') } as ReturnType<Files['readIfThere']> };
  const clock = { ...systemClock, since: (date: string | undefined) => systemClock.since(date) + daysLater * 86_400_000 };
  const valid = certificatesValid({ files, clock } as Host, 'etcd', env(client), line => lines.push(line.replaceAll(directory, '')));
  return { valid, lines };
}

test('says of each certificate how long it is valid, and what to do when that is not for long', () => {
  const { valid, lines } = said(CLIENT);
  expect(valid).toBe(true);
  expect(lines).toEqual([
    expect.stringMatching(/^etcd: \/ca\/ca\.crt is valid until \w{3} +\d+ [\d:]{8} \d{4} GMT, for (399|400) days$/),
    expect.stringMatching(/^etcd: \/client\/tls\.crt is valid until .* GMT, for [89] days: renew it, and ask for a new run$/),
  ]);
});

test('says what has expired, and what is missing or no certificate', () => {
  expect(said(CLIENT, 10)).toEqual({ valid: false, lines: [expect.stringContaining('for 3'), expect.stringContaining('/client/tls.crt (CN=control-plane) expired on ')] });
  expect(said('/missing')).toEqual({ valid: false, lines: [expect.any(String), expect.stringContaining('etcd: /missing is no certificate')] });
  expect(said(join(directory, 'client/tls.key'))).toMatchObject({ valid: false });
});
