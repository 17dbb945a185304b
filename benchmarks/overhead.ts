/**
 * What tracing costs a real kube-apiserver and a real etcd: the same load against both without tracing, and with every setting that matters,
 * in turn. Prints the tables of docs/explanation/cost.md, and `overhead NAME ratio X.XX`, which is CPU time against none where NAME does not
 * say what else.
 *
 *     npx projen bench:overhead [--rounds N] [--seconds N] [--requests-per-second N] [--only NAME,NAME] [--versions]
 */
import * as os from 'node:os';
import { parseArgs } from 'node:util';
import { Contestant, CONTESTANTS, WITHOUT } from './overhead/contestants';
import { spanFigures } from './overhead/spans';
import { markdown, ratios, spanTable } from './overhead/table';
import { Figures, Ground, LoadSize, trial } from './overhead/trial';
import { ensureComponents } from '../test/support/components/build';
import { COLLECTOR_VERSION, ComponentId, ETCD_VERSION, KUBERNETES_VERSION } from '../test/support/components/catalog';

const { values: options } = parseArgs({
  options: {
    'rounds': { type: 'string', default: '5' },
    'seconds': { type: 'string', default: '15' },
    'requests-per-second': { type: 'string', default: '200' },
    'only': { type: 'string' },
    'versions': { type: 'boolean', default: false },
  },
});

interface Versions {
  readonly kubernetes: string;
  readonly etcd: string;
}

const NEWEST: Versions = { kubernetes: KUBERNETES_VERSION, etcd: ETCD_VERSION };
const OLDER: readonly Versions[] = [{ kubernetes: '1.34.4', etcd: '3.6.16' }, { kubernetes: '1.29.6', etcd: '3.5.12' }];
/** What older versions are compared by. */
const IN_SHORT = [WITHOUT.name, '0%', '1%', '100%'];

async function main(): Promise<void> {
  const size: LoadSize = { seconds: Number(options.seconds), perSecond: Number(options['requests-per-second']) };
  console.log(`${os.cpus().length} processors (${os.cpus()[0]!.model}), ${size.perSecond} requests per second for ${size.seconds} s, ${options.rounds} rounds: `
    + 'medians, with the smallest and the largest');
  for (const versions of options.versions ? [NEWEST, ...OLDER] : [NEWEST]) {
    await compare(versions, chosen(options.only?.split(',') ?? (versions === NEWEST ? undefined : IN_SHORT)), size);
  }
}

function chosen(names: readonly string[] | undefined): Contestant[] {
  const unknown = names?.filter(name => !CONTESTANTS.some(contestant => contestant.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; there are ${CONTESTANTS.map(({ name }) => name).join(', ')}`);
  return CONTESTANTS.filter(contestant => contestant === WITHOUT || (names?.includes(contestant.name) ?? true));
}

async function compare(versions: Versions, contestants: readonly Contestant[], size: LoadSize): Promise<void> {
  const ground: Ground = { binaries: await binariesOf(versions), processor: os.cpus().length - 1 };
  console.log(`\n## kube-apiserver ${versions.kubernetes}, etcd ${versions.etcd}\n`);
  console.log(spanTable(await spanFigures(ground)));
  const figures = new Map<string, Figures[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    // To and fro, so that a machine that gets slower is not always slower for the last ones.
    for (const contestant of round % 2 === 0 ? contestants : [...contestants].reverse()) {
      const measured = await trial(ground, contestant, size);
      figures.get(contestant.name)!.push(measured);
      process.stderr.write(`round ${round + 1}, ${contestant.name}: ${JSON.stringify(measured)}\n`);
      if (measured.failed > 0) console.log(`${contestant.name}: ${measured.failed} requests of round ${round + 1} failed: is this machine busy?`);
    }
  }
  console.log(`\n${markdown(figures)}\n`);
  const prefix = versions === NEWEST ? '' : `${versions.kubernetes}-`;
  for (const line of ratios(figures)) console.log(line.replace(/^overhead /, `overhead ${prefix}`));
}

async function binariesOf({ kubernetes, etcd }: Versions): Promise<Ground['binaries']> {
  const ids: [ComponentId, ComponentId, ComponentId] = [`kube-apiserver@${kubernetes}`, `etcd@${etcd}`, `otelcol-k8s@${COLLECTOR_VERSION}`];
  const built = await ensureComponents(ids);
  const [apiServer, etcdBinary, collector] = ids.map(id => built.get(id)!) as [string, string, string];
  return { apiServer, etcd: etcdBinary, collector, experimentalEtcdFlags: /^3\.[0-5]\./.test(etcd) };
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
