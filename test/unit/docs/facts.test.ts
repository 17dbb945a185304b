import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { codeBlocks, PAGES, page, ROOT, table } from './markdown';
import { Collector, SecretRef, SpanExporter, TracingStack } from '../../../src';
import { FINAL_EXIT_STATUSES } from '../../../src/patch-spec/exit-status';
import { parseVersion } from '../../../src/patch-spec/version';
import { STOP_GRACE_MILLISECONDS } from '../../../src/patcher/apply/health';
import { planCommand } from '../../../src/patcher/commands/plan-command';
import { PLAN_USAGE } from '../../../src/patcher/commands/plan-options';
import { tracingConfiguration } from '../../../src/patcher/plan/tracing-configuration';

const stack = new TracingStack(new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' }), 'tracing');
const spec = stack.patch._toPatchSpec();
const runbook = page('docs/how-to/runbook.md');

test('the times of the runbook are those of the code', () => {
  expect(STOP_GRACE_MILLISECONDS / 1000).toBe(120);
  expect(runbook).toContain('has two minutes to prove it healthy');
  expect(page('docs/explanation/safety.md')).toContain('there are two minutes to prove the change');
  const job = stack.patch.job.toJson() as { spec: { template: { spec: { terminationGracePeriodSeconds: number } } } };
  expect(job.spec.template.spec.terminationGracePeriodSeconds).toBe(360);
  expect(runbook).toContain('gets a SIGTERM, and has six minutes');
  expect(spec.timing).toEqual({
    collectorWaitSeconds: 300, turnWaitSeconds: 900, healthSeconds: 300, etcdStartSeconds: 1800, soakSeconds: 10, drainSeconds: 1,
  });
  expect(runbook).toContain('after `healthTimeout` (5 minutes)');
});

test('every option of plan is in the reference', () => {
  const options = (text: string) => [...text.matchAll(/^(?:\| `| {2})(--[a-z-]+)/gm)].map(([, option]) => option!);
  const plan = page('docs/reference/cli.md').split('\n## ')[1]!;
  expect(options(PLAN_USAGE).length).toBeGreaterThan(5);
  expect(options(plan).sort()).toEqual(options(PLAN_USAGE).sort());
});

test('every kind of object that is synthesized is in the reference', () => {
  const text = page('docs/reference/objects.md');
  const missing = Chart.of(stack).toJson().map(({ kind }: { kind: string }) => kind).filter((kind: string) => !text.includes(kind));
  expect(missing).toEqual([]);
});

test('the rights of the Job in the security model are those that it has', () => {
  const documented = table(page('docs/explanation/security.md'), 'right').map(([right]) => right!.replace(/ \(.*?\)/g, '')).sort();
  const kept = new TracingStack(new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' }), 'tracing', { upkeep: { kubeadmConfig: true } });
  const rules = Chart.of(kept).toJson().flatMap((object: { kind: string; rules?: { resources: string[]; verbs: string[] }[] }) => /Role$/.test(object.kind) ? object.rules! : []);
  const granted = new Map<string, Set<string>>();
  for (const { resources, verbs } of rules) {
    for (const resource of resources) granted.set(resource, new Set([...granted.get(resource) ?? [], ...verbs]));
  }
  const verbsIn = new Map<string, Set<string>>();
  for (const part of documented.flatMap(right => right.split('; '))) {
    const [, named, verbs] = /^(?:(\w+): )?(.*)$/.exec(part)!;
    const resource = named ?? [...verbsIn.keys()].at(-1)!;
    verbsIn.set(resource, new Set([...verbsIn.get(resource) ?? [], ...verbs!.replace(/ of one/, '').split(', ')]));
  }
  expect(verbsIn).toEqual(granted);
});

test('every requirement that is held names a test that shows it, and every test that is named exists', () => {
  const rows = [...page('docs/explanation/safety.md').matchAll(/^\| (\d+) \| [^|]* \| ([a-z ]+) \| .*$/gm)];
  expect(rows.length).toBeGreaterThan(50);
  const links = (row: string) => [...row.matchAll(/\]\(\.\.\/\.\.\/(test\/[^ )]+\.test\.ts) "((?:[^"\\]|\\.)+)"\)/g)];
  expect(rows.filter(([row, , state]) => state === 'held' && links(row).length === 0).map(([, number]) => number)).toEqual([]);
  const named = rows.flatMap(([row, number]) => links(row).map(([, file, title]) => ({ number, file: file!, title: title!.replaceAll('\\"', '"') })));
  // As a title or as a row of a table of cases: in quotes.
  const there = ({ file, title }: { file: string; title: string }) => ["'", '"', '`'].some(quote => readFileSync(path.join(ROOT, file), 'utf8').replaceAll("\\'", "'").includes(quote + title + quote));
  expect(named.filter(link => !there(link))).toEqual([]);
});

test('the number of requirements is that of the table', () => {
  const numbers = [...page('docs/explanation/safety.md').matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
});

test('pinning the address that the Service has restarts nothing', () => {
  const fileOf = (clusterIP?: string) => {
    const made = new TracingStack(new Chart(new App(), 'chart'), 'tracing', { clusterIP });
    return tracingConfiguration(made.tracingConfig.configMap.toJson().data['tracing-config.yaml'], parseVersion('1.36.1')!, { host: '10.96.200.5', port: 4317 }, '/etc');
  };
  expect(fileOf('10.96.200.5')).toEqual(fileOf());
  expect(page('docs/how-to/production.md').replace(/\s+/g, ' ')).toContain('The Job runs once more and finds nothing to do');
});

test('what Helm would read as its own is in the alerts and the dashboard alone', () => {
  const chart = new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' });
  const exporters = [SpanExporter.otlpHttp('a', { endpoint: 'https://a.example.com', secretHeaders: { 'x-key': SecretRef.fromSecretName('a', 'b') } })];
  const collector = new Collector(chart, 'collector', { podMonitor: true, prometheusRule: true, dashboard: true, exporters });
  new TracingStack(chart, 'tracing', { collector, createNamespace: true, agent: { podMonitor: true } });
  const touched = chart.toJson().filter((object: object) => JSON.stringify(object).includes('{{')).map(({ kind, metadata }: any) => `${kind} ${metadata.name}`);
  expect(touched).toEqual([
    'PrometheusRule control-plane-tracing-collector', 'ConfigMap control-plane-tracing-collector-dashboard',
    'PrometheusRule control-plane-tracing-agent', 'PrometheusRule control-plane-tracing',
  ]);
  expect(page('docs/how-to/gitops.md')).toContain('Nothing else that is synthesized holds `{{`.');
});

const blocksOf = (file: string) => codeBlocks(PAGES.find(candidate => candidate.file === file)!).filter(({ language }) => language === 'ts').map(({ text }) => text);

test('the stack that is undone is the one that was made, but for its state', () => {
  const props = (text: string) => /new TracingStack\(chart, 'tracing', (\{[^]*?\n\})\);/.exec(text)![1]!
    .split('\n').filter(line => !line.includes('TracingState.DISABLED')).map(line => line.replace(/\s*\/\/.*/, ''));
  const made = props(blocksOf('README.md')[0]!);
  expect(props(blocksOf('README.md').at(-1)!)).toEqual(made);
  expect(props(blocksOf('docs/how-to/undo.md')[0]!)).toEqual(made);
  const [, jaeger, undone] = blocksOf('docs/tutorial.md');
  expect(props(undone!)).toEqual(props(jaeger!));
});

test('every file of the tutorial imports what it uses', () => {
  for (const text of blocksOf('docs/tutorial.md')) {
    const imported = [...text.matchAll(/^import \{ (.*?) \}/gm)].flatMap(([, names]) => names!.split(', '));
    const used = [...text.replace(/^import .*$/gm, '').matchAll(/\b(App|Chart|Span[A-Z]\w+|Tracing[A-Z]\w+)\b/g)].map(([, name]) => name!);
    expect([...new Set(used)].sort()).toEqual([...imported].sort());
  }
});

test('the cluster without access to the internet pulls nothing from there', () => {
  const block = blocksOf('docs/how-to/production.md').find(text => text.includes('@sha256:'))!;
  const chart = new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' });
  const all = { chart, Collector, SpanExporter, TracingStack };
  new Function(...Object.keys(all), block)(...Object.values(all));
  const pods = chart.toJson().flatMap((object: any) => object.spec?.template?.spec ?? []);
  expect(pods.map(({ containers, imagePullSecrets }: any) => [/^registry\.example\.com\//.test(containers[0].image), imagePullSecrets]))
    .toEqual(Array(3).fill([true, [{ name: 'registry' }]]));
});

test('every example is in the index', () => {
  const index = page('docs/README.md');
  const examples = readdirSync(path.join(ROOT, 'examples'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);
  expect(examples.filter(name => !index.includes(`../examples/${name})`))).toEqual([]);
});

test('the diff that README shows is what plan prints', () => {
  const shown = codeBlocks(PAGES.find(({ file }) => file === 'README.md')!).find(({ language }) => language === 'diff')!.text.split('\n').filter(line => line.startsWith('+'));
  let printed = '';
  const manifests = path.join(ROOT, 'test/support/fixtures/manifests/kubeadm-1.37.2');
  // What the app above it asks for.
  const asked = new TracingStack(new Chart(new App(), 'tracing'), 'tracing', { clusterName: 'prod-eu-1', controlPlaneNodes: 3, samplingRatePerMillion: 10_000 });
  const directory = mkdtempSync(path.join(tmpdir(), 'readme-'));
  writeFileSync(path.join(directory, 'tracing.k8s.yaml'), Yaml.stringify(...Chart.of(asked).toJson() as unknown[]));
  planCommand(['--manifests', manifests, '--app', directory, '--endpoint', '10.96.0.42:4317'], { out: text => { printed += text; }, err: () => undefined });
  rmSync(directory, { recursive: true });
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter(line => !printed.split('\n').includes(line))).toEqual([]);
});

test('no command waits out its timeout on a Job that failed', () => {
  const sources = [...PAGES, ...['quick-start/main.ts', 'kubectl/deploy.sh'].map(file => ({ file, text: readFileSync(path.join(ROOT, 'examples', file), 'utf8') }))];
  const waits = sources.flatMap(({ file, text }) => text.split('\n').filter(line => /kubectl .*\bwait --for.*(\bjob\b|\$job)/.test(line)).map(line => `${file}: ${line.trim()}`));
  expect(waits.length).toBeGreaterThan(3);
  // Long ones end with any condition; what asks for success comes after one of those, and is short.
  expect(waits.filter(line => !line.includes("--for='jsonpath={.status.conditions[0].status}=True'") && !line.includes('--timeout=30s'))).toEqual([]);
});

test('the runbook begins with two commands, and explains every exit code in the words of kubectl describe', () => {
  const beginning = runbook.slice(0, runbook.indexOf('## In one minute'));
  expect([...beginning.split('```')[1]!.matchAll(/^kubectl /gm)]).toHaveLength(2);
  const documented = [...beginning.matchAll(/`failed with exit code (\d+) matching FailJob rule at index 0`/g)].map(([, code]) => Number(code));
  expect(documented).toEqual([...FINAL_EXIT_STATUSES]);
});

test.each(['find-slow-webhook', 'find-slow-etcd', 'find-chatty-controller'])('%s works with Tempo and with Jaeger, and its table of shapes tells the truth', name => {
  const guide = page(`docs/how-to/${name}.md`);
  expect(guide).toMatch(/^## In Tempo$/m);
  expect(guide).toMatch(/^## In Jaeger$/m);
  // Spans of the same name: a series by name shows one webhook.
  expect(guide.split('\n').filter(line => /Call \(mutating/.test(line) && /by \(name\)/.test(line))).toEqual([]);
  expect(guide).not.toMatch(/slowest first|number of items is an attribute|`LIST`|spans that take long/);
});

test('no page says that the components cannot use TLS', () => {
  const found = PAGES.filter(({ text }) => /by upstream's design|neither component can do otherwise|cannot send TLS|plain ?text only/i.test(text)).map(({ file }) => file);
  expect(found).toEqual([]);
  expect(page('docs/how-to/production.md')).toContain('OTEL_EXPORTER_OTLP_CERTIFICATE');
});
