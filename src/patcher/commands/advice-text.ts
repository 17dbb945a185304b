import { advise, Advice } from '../../advice/advice';
import { MEASURED_ON } from '../../advice/measured';

const RATES = [1_000_000, 100_000, 10_000, 1_000, 100];
/** Where nobody has asked for more, one pod with its defaults takes it. */
const DEFAULTS = { replicas: 1, memoryLimitMiB: 512 };

/** What is known of a cluster, and where from. */
export interface KnownLoad {
  readonly requestsPerSecond: number;
  readonly source: string;
  /** The rate that is planned, where it is known. */
  readonly ratePerMillion: number | undefined;
}

/** The rates to choose from, the planned one among them. */
export function adviceRows({ requestsPerSecond, ratePerMillion }: KnownLoad): Advice[] {
  const rates = ratePerMillion === undefined || ratePerMillion === 0 ? RATES : [...new Set([...RATES, ratePerMillion])];
  return rates.sort((a, b) => b - a).map(rate => advise({ requestsPerSecond, ratePerMillion: rate }));
}

export function adviceText(load: KnownLoad): string {
  const rows = adviceRows(load);
  const fits = rows.find(({ replicas, memoryLimitMiB }) => replicas <= DEFAULTS.replicas && memoryLimitMiB <= DEFAULTS.memoryLimitMiB);
  const columns = COLUMNS.filter(([, valueOf]) => rows.some(row => valueOf(row) !== undefined));
  const cells = [columns.map(([title]) => title), ...rows.map(row => columns.map(([, valueOf]) => valueOf(row) ?? ''))];
  const widths = columns.map((_, i) => Math.max(...cells.map(line => line[i]!.length)));
  const planned = (i: number) => i > 0 && rows[i - 1]!.ratePerMillion === load.ratePerMillion ? '  <- planned' : '';
  return [
    `${number(load.requestsPerSecond)} requests per second (${load.source}); figures: ${MEASURED_ON}`,
    '',
    ...cells.map((line, i) => `${line.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}${planned(i)}`),
    '',
    ...fits === undefined ? [] : [`A collector with its defaults takes ${number(fits.ratePerMillion)} per million${fits === rows[0] ? ', which is every request' : ''}.`],
    'GB are before compression. API server and etcd: of all nodes together, beside what they take without tracing.',
    'To keep errors and slow requests of a higher rate and drop the rest: SpanSampling.tail in the collector.',
  ].map(line => `${line}\n`).join('');
}

const COLUMNS: readonly (readonly [title: string, valueOf: (advice: Advice) => string | undefined])[] = [
  ['samplingRatePerMillion', ({ ratePerMillion }) => `${number(ratePerMillion)} (${ratePerMillion / 10_000} %)`],
  ['spans/s', ({ spansPerSecond }) => number(spansPerSecond)],
  ['GB/day', ({ gigabytesPerDay }) => number(gigabytesPerDay)],
  ['API server cores', ({ apiServerMillis }) => cores(apiServerMillis)],
  ['etcd cores', ({ etcdMillis }) => cores(etcdMillis)],
  ['collector cores', ({ collectorMillis }) => cores(collectorMillis)],
  ['replicas', ({ replicas }) => String(replicas)],
  ['memoryLimit', ({ memoryLimitMiB }) => memoryLimitMiB < 1024 ? `${memoryLimitMiB} MiB` : `${memoryLimitMiB / 1024} GiB`],
  ['cpuRequestMillis', ({ cpuRequestMillis }) => String(cpuRequestMillis)],
];

function cores(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : millis < 10 ? '< 0.01' : (millis / 1000).toFixed(2);
}

/** Three digits say enough. */
function number(value: number): string {
  const rounded = value >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
