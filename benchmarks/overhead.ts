/**
 * What tracing costs a real kube-apiserver and a real etcd: the same load against two of each at the same time, one pair without tracing and
 * one with it, for every setting that matters. Prints the tables of docs/explanation/cost.md, and `overhead NAME ratio X.XX`, which is CPU
 * time against none where NAME does not say what else.
 *
 *     npx projen bench:overhead [--rounds N] [--seconds N] [--requests-per-second N] [--only NAME,NAME]
 *         [--versions | --kubernetes VERSION]
 */
import * as os from 'node:os';
import { parseArgs } from 'node:util';
import { Contestant, CONTESTANTS } from './overhead/contestants';
import { spanFigures } from './overhead/spans';
import { markdown, ratios, spanTable } from './overhead/table';
import { Ground, LoadSize, Pair, sideBySide } from './overhead/trial';
import { ensureComponents } from '../test/support/components/build';
import { COLLECTOR_VERSION, ComponentId, ETCD_VERSION, KUBERNETES_VERSION } from '../test/support/components/catalog';

const { values: options } = parseArgs({
  options: {
    'rounds': { type: 'string', default: '5' },
    'seconds': { type: 'string', default: '15' },
    'requests-per-second': { type: 'string', default: '150' },
    'only': { type: 'string' },
    'versions': { type: 'boolean', default: false },
    'kubernetes': { type: 'string' },
  },
});

interface Versions {
  readonly kubernetes: string;
  readonly etcd: string;
}

const NEWEST: Versions = { kubernetes: KUBERNETES_VERSION, etcd: ETCD_VERSION };
const OLDER: readonly Versions[] = [{ kubernetes: '1.34.4', etcd: '3.6.16' }, { kubernetes: '1.29.6', etcd: '3.5.12' }];
/** What older versions are compared by. */
const IN_SHORT = ['0%', '1%', '100%'];

async function main(): Promise<void> {
  const size: LoadSize = { seconds: Number(options.seconds), perSecond: Number(options['requests-per-second']) };
  console.log(`${os.cpus().length} processors (${os.cpus()[0]!.model}), ${size.perSecond} requests per second to each of two control planes for ${size.seconds} s, ${options.rounds} rounds: `
    + 'medians, with the smallest and the largest');
  for (const versions of asked()) {
    await compare(versions, chosen(options.only?.split(',') ?? (versions === NEWEST ? undefined : IN_SHORT)), size);
  }
}

/** @returns pairs of versions, each with the etcd that its kubeadm installs */
function asked(): readonly Versions[] {
  const all = [NEWEST, ...OLDER];
  if (options.kubernetes === undefined) return options.versions ? all : [NEWEST];
  const found = all.find(({ kubernetes }) => kubernetes === options.kubernetes);
  if (found === undefined) throw new Error(`unknown: Kubernetes ${options.kubernetes}; there are ${all.map(({ kubernetes }) => kubernetes).join(', ')}`);
  return [found];
}

function chosen(names: readonly string[] | undefined): Contestant[] {
  const unknown = names?.filter(name => !CONTESTANTS.some(contestant => contestant.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; there are ${CONTESTANTS.map(({ name }) => name).join(', ')}`);
  return CONTESTANTS.filter(({ name }) => names?.includes(name) ?? true);
}

async function compare(versions: Versions, contestants: readonly Contestant[], size: LoadSize): Promise<void> {
  const ground: Ground = { binaries: await binariesOf(versions), processor: os.cpus().length - 1 };
  console.log(`\n## kube-apiserver ${versions.kubernetes}, etcd ${versions.etcd}\n`);
  console.log(spanTable(await spanFigures(ground)));
  const figures = new Map<string, Pair[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    // To and fro, so that a machine that gets slower is not always slower for the last ones.
    for (const contestant of round % 2 === 0 ? contestants : [...contestants].reverse()) {
      const measured = await sideBySide(ground, contestant, size);
      figures.get(contestant.name)!.push(measured);
      process.stderr.write(`round ${round + 1}, ${contestant.name}: ${JSON.stringify(measured)}\n`);
      const failed = measured.with.failed + measured.without.failed;
      if (failed > 0) console.log(`${contestant.name}: ${failed} requests of round ${round + 1} failed: is this machine busy?`);
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
