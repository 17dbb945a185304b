import { Kind, KINDS } from './client/requests';
import { WITHOUT } from './contestants';
import { SpanFigures } from './spans';
import { COMPONENTS, Figures, Pair } from './trial';
import { median } from '../support/median';

/** The figures of every round, by contestant, each with those of its neighbour without tracing. */
export type Rounds = ReadonlyMap<string, readonly Pair[]>;

type Of = (figures: Figures) => number;

interface Column {
  readonly title: string;
  readonly of: Of;
  readonly digits: number;
}

const MEASURES: ReadonlyMap<string, Of> = new Map<string, Of>([
  ['', figures => sum(figures, ({ cpuSeconds }) => cpuSeconds)],
  ['-allocated', figures => sum(figures, ({ allocatedMiB }) => allocatedMiB)],
  ['-resident', figures => sum(figures, ({ residentMiB }) => residentMiB)],
  ['-p50', ({ p50 }) => p50],
  ['-p99', ({ p99 }) => p99],
]);

const COST: readonly Column[] = [
  { title: 'kube-apiserver, CPU ms', of: figures => figures['kube-apiserver'].cpuSeconds, digits: 2 },
  { title: 'etcd, CPU ms', of: figures => figures.etcd.cpuSeconds, digits: 2 },
  { title: 'Collector, CPU ms', of: ({ collectorCpuSeconds }) => collectorCpuSeconds, digits: 2 },
  { title: 'spans', of: ({ spans }) => spans, digits: 2 },
  { title: 'p50, ms', of: ({ p50 }) => p50, digits: 1 },
  { title: 'p99, ms', of: ({ p99 }) => p99, digits: 0 },
];

const MEMORY: readonly Column[] = COMPONENTS.flatMap(name => [
  // MiB per 1,000 are KiB for each, nearly.
  { title: `${name}, KiB allocated`, of: (figures: Figures) => figures[name].allocatedMiB * 1.024, digits: 0 },
  { title: `${name}, MiB resident`, of: (figures: Figures) => figures[name].residentMiB, digits: 0 },
  { title: `${name}, s to stop`, of: (figures: Figures) => figures[name].stopSeconds, digits: 2 },
]);

/** Pair by pair, because the machine changes its speed: `overhead NAME ratio X.XX`, which is CPU time where nothing else is said. */
export function ratios(rounds: Rounds): string[] {
  return [...rounds].flatMap(([name, pairs]) => [...MEASURES].map(
    ([suffix, of]) => `overhead ${name}${suffix} ratio ${median(ratiosOf(pairs, of)).toFixed(2)}`));
}

/** Medians, with the smallest and the largest. */
export function markdown(rounds: Rounds): string {
  return [
    'For each request:',
    '',
    tableOf(rounds, COST, true),
    '',
    'For each request, and at the end of the load:',
    '',
    tableOf(rounds, MEMORY, false),
  ].join('\n');
}

export function spanTable({ counts, bytesPerSpan, compressedBytesPerSpan }: SpanFigures): string {
  const row = (kind: Kind) => `| ${kind} | ${counts[kind].apiServer} | ${counts[kind].etcd} |`;
  return [
    '| request | spans of kube-apiserver | spans of etcd |', '|---|---|---|', ...KINDS.map(row), '',
    `A span takes ${bytesPerSpan.toFixed(0)} bytes, ${compressedBytesPerSpan.toFixed(0)} with gzip.`,
  ].join('\n');
}

function tableOf(rounds: Rounds, columns: readonly Column[], withRatio: boolean): string {
  const titles = ['tracing', ...withRatio ? ['CPU against none'] : [], ...columns.map(({ title }) => title)];
  const row = (name: string, ratio: string, figures: readonly Figures[]) => [
    name, ...withRatio ? [ratio] : [], ...columns.map(({ of, digits }) => spread(figures.map(of), digits)),
  ];
  const rows = [
    row(WITHOUT.name, '1', [...rounds.values()].flat().map(pair => pair.without)),
    ...[...rounds].map(([name, pairs]) => row(name, spread(ratiosOf(pairs, MEASURES.get('')!), 2), pairs.map(pair => pair.with))),
  ];
  return [titles, titles.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

function ratiosOf(pairs: readonly Pair[], of: Of): number[] {
  return pairs.map(pair => of(pair.with) / of(pair.without));
}

function spread(values: readonly number[], digits: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(value => value.toFixed(digits));
  return least === most ? middle! : `${middle} (${least}–${most})`;
}

function sum(figures: Figures, of: (figures: Figures[typeof COMPONENTS[number]]) => number): number {
  return COMPONENTS.reduce((total, name) => total + of(figures[name]), 0);
}
