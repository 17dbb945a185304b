import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { components } from './components';
import { RealCollector } from './real-collector';
import { Authority } from '../../support/certificates';
import { configurations } from '../../unit/constructs/collector/configurations';

jest.setTimeout(600_000);

const all = configurations();
let binary: string;
let root: string;

beforeAll(async () => {
  ({ collector: binary } = await components('collector'));
});

beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'collector-'));
});

afterEach(() => {
  fs.rmSync(root, { recursive: true });
});

/** What Secrets, ConfigMaps and volumes would hold. */
function mount(config: string): void {
  const authority = new Authority(path.join(root, 'authority'));
  for (const [file, kind, name, key] of config.matchAll(/\/etc\/otelcol\/(tls|tokens)\/([a-z0-9-]+)\/([A-Za-z0-9.]+)/g)) {
    const directory = path.join(root, 'etc/otelcol', kind!, name!);
    fs.mkdirSync(directory, { recursive: true });
    if (kind === 'tokens') {
      fs.writeFileSync(path.join(root, file), 'not-a-secret');
    } else if (key === 'tls.crt') {
      authority.issue(directory, 'collector.example.com');
    } else if (key !== 'tls.key') {
      authority.publish(directory, key);
    }
  }
  ['queue', 'files/spans', 'copies'].forEach(directory => fs.mkdirSync(path.join(root, 'var/lib/otelcol', directory), { recursive: true }));
}

test.each([...all])('%s is valid, and starts without a warning', async (_name, config) => {
  mount(config);
  const collector = new RealCollector({ binary, root, config });
  await collector.validate();
  try {
    await collector.start(Number(/endpoint: "\[[^\]]+\]:(13\d+)"/.exec(config)![1]));
    const warnings = collector.log.split('\n').filter(line => /"level":"(warn|error)"|deprecat/i.test(line));
    // There are no backends.
    expect(warnings.filter(line => !/connection|dial|produced zero addresses|no such host/i.test(line))).toEqual([]);
  } finally {
    await collector.stop();
  }
});
