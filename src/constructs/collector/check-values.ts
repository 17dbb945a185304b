import { Fields } from './collector-config';
import { toMillis } from './go-duration';
import { KNOWN_COMPONENTS } from './known-keys';
import { DebugVerbosity } from '../exporters/debug-exporter';
import { parseGrpcEndpoint, parseUrl } from '../exporters/parse-endpoint';
import { QueueSizer } from '../exporters/sending-queue-options';
import { refuse } from '../kit/check';

/** What a value must be, where it is not that. */
type Rule = (value: any, siblings: Fields, memoryLimitMiB: number) => string | undefined;

/** The last key of what the Collector reads as a duration. */
const DURATIONS = /(^|_)(timeout|interval|wait|elapsed_time|connection_age|age_grace|connection_idle|time)$/;
const LARGEST_BATCH = 67_108_864;
/** A day, in milliseconds. */
const LONGEST = 86_400_000;

const oneOf = (...allowed: string[]): Rule => value => allowed.includes(value) ? undefined : `be one of ${allowed.join(', ')}`;
const within = (min: number, max: number): Rule => value =>
  typeof value === 'number' && value >= min && value <= max ? undefined : `be a number from ${min} to ${max}`;
const whole = (min: number, max: number): Rule => value =>
  Number.isInteger(value) && value >= min && value <= max ? undefined : `be a whole number from ${min} to ${max}`;
const time = (min: number, max: number): Rule => value => {
  const millis = toMillis(value);
  return millis !== undefined && millis >= min && millis <= max ? undefined : `be from ${min / 1000} s to ${max / 1000} s`;
};
/** What the prop's own parser says. */
const parsed = (parse: (name: string, value: any) => unknown): Rule => value => {
  try {
    parse('endpoint', value);
  } catch (error) {
    return (error as Error).message.replace(/^.*? must /s, '');
  }
  return undefined;
};

/** By path, with the component's type in the place of its id. The first that matches counts. */
const RULES: readonly [RegExp, Rule][] = [
  // gRPC has schemes for resolvers of its own.
  [/^exporters\.otlp_grpc\.endpoint$/, parsed((name, value) => /^(dns|unix|unix-abstract|passthrough|xds|ipv4|ipv6|vsock):/.test(value) || parseGrpcEndpoint(name, value))],
  [/^exporters\.otlp_http\.endpoint$/, parsed(parseUrl)],
  [/^exporters\.otlp_http\.traces_endpoint$/, parsed((name, value) => parseUrl(name, typeof value === 'string' ? value.replace(/\?.*$/s, '') : value))],
  [/^exporters\.otlp_(grpc|http)\.compression$/, oneOf('none', 'gzip', 'snappy', 'zstd', 'zlib', 'deflate', 'lz4', 'x-snappy-framed')],
  [/^exporters\.otlp_http\.encoding$/, oneOf('proto', 'json')],
  [/^exporters\.file\.format$/, oneOf('json', 'proto')],
  [/^exporters\.file\.compression$/, oneOf('zstd')],
  [/^receivers\..*\.tls$/, ({ cert_file, cert_pem, key_file, key_pem }) => (cert_file ?? cert_pem) === undefined || (key_file ?? key_pem) === undefined
    ? 'have a certificate and its key' : undefined],
  [/\.tls$/, ({ cert_file, cert_pem, key_file, key_pem }) => ((cert_file ?? cert_pem) === undefined) !== ((key_file ?? key_pem) === undefined)
    ? 'have a certificate and its key, or neither' : undefined],
  [/\.tls\.(min|max)_version$/, oneOf('1.0', '1.1', '1.2', '1.3')],
  [/^exporters\.file$/, ({ append, rotation }) => append === true && rotation ? 'have append or rotation, and not both' : undefined],
  [/^exporters\.debug\.verbosity$/, oneOf(...Object.values(DebugVerbosity))],
  [/^exporters\.\w+\.sending_queue\.num_consumers$/, whole(1, 1000)],
  [/^exporters\.\w+\.sending_queue\.sizer$/, oneOf(...Object.values(QueueSizer))],
  [/^exporters\.\w+\.sending_queue\.batch\.sizer$/, oneOf(QueueSizer.ITEMS, QueueSizer.BYTES)],
  [/^exporters\.\w+\.sending_queue\.batch\.min_size$/, whole(0, Number.MAX_SAFE_INTEGER)],
  [/^exporters\.\w+\.sending_queue\.batch\.max_size$/, (value, { sizer, min_size: min = 0 }, memory) =>
    whole(0, sizer === QueueSizer.BYTES ? LARGEST_BATCH : Number.MAX_SAFE_INTEGER)(value, {}, memory)
      ?? (value !== 0 && value < min ? `be at least min_size (${String(min)})` : undefined)],
  [/^exporters\.\w+\.sending_queue\.batch\.flush_timeout$/, time(1, LONGEST)],
  [/^exporters\.\w+\.retry_on_failure\.max_elapsed_time$/, (value, { max_interval: max = '30s' }) =>
    (toMillis(value) || Infinity) < (toMillis(max) ?? 0) ? `be at least max_interval (${String(max)}), or 0 for trying without end` : undefined],
  [/^exporters\.\w+\.retry_on_failure\.multiplier$/, within(0, 1000)],
  [/^exporters\.\w+\.retry_on_failure\.randomization_factor$/, within(0, 1)],
  [/^exporters\.\w+\.retry_on_failure\.max_interval$/, (value, { initial_interval: initial = '0s' }) =>
    (toMillis(value) ?? -1) < (toMillis(initial) ?? 0) ? `be a time of at least initial_interval (${String(initial)})` : undefined],
  [/^processors\.probabilistic_sampler\.sampling_percentage$/, within(0.01, 100)],
  [/^processors\.probabilistic_sampler\.mode$/, oneOf('hash_seed', 'proportional', 'equalizing')],
  [/^processors\.probabilistic_sampler\.attribute_source$/, oneOf('traceID', 'record')],
  [/^processors\.batch\.send_batch_max_size$/, (value, { send_batch_size: size = 8192 }) => value !== 0 && value < size ? `be 0 or at least send_batch_size (${String(size)})` : undefined],
  [/^processors\.tail_sampling\.sampling_strategy$/, oneOf('trace-complete', 'span-ingest')],
  [/^processors\.tail_sampling\.decision_wait$/, time(6000, 600_000)],
  [/^processors\.memory_limiter$/, ({ limit_mib: mib, limit_percentage: percentage }) => mib || percentage ? undefined : 'have limit_percentage or limit_mib'],
  [/^processors\.memory_limiter\.check_interval$/, time(1, LONGEST)],
  [/^processors\.memory_limiter\.limit_percentage$/, whole(1, 100)],
  [/^processors\.memory_limiter\.spike_limit_percentage$/, (value, { limit_percentage: limit = 100 }, memory) => whole(0, Math.max(0, Number(limit) - 1))(value, {}, memory)],
  [/^processors\.memory_limiter\.limit_mib$/, (value, _, memory) => whole(1, memory)(value, {}, memory)],
  [/^processors\.resource$/, ({ attributes = [] }) => attributes.length === 0 ? 'have attributes, and at least one' : undefined],
  [/^processors\.(filter|transform)\.error_mode$/, oneOf('ignore', 'silent', 'propagate')],
  [/^receivers\..*\.(read|write)_buffer_size$/, whole(0, LARGEST_BATCH)],
  [/^receivers\..*\.transport$/, oneOf('tcp', 'tcp4', 'tcp6', 'unix')],
  [/^extensions\.oauth2client$/, ({ client_id, client_id_file, token_url }) => (client_id ?? client_id_file) === undefined || token_url === undefined
    ? 'have client_id or client_id_file, and token_url' : undefined],
  [/^receivers\.otlp\.protocols\.grpc\.max_recv_msg_size_mib$/, whole(4, 1024)],
  [/^extensions\.health_check\.(http|grpc|use_v2)$/, () => 'be left out: the Collector takes it with a feature gate alone'],
  [/^service\.telemetry\.metrics$/, ({ level, readers }) => level !== 'none' && Array.isArray(readers) && readers.length === 0 ? 'have a reader, or the level none' : undefined],
  [/^service\.telemetry\.metrics\.views$/, (_value, { level }) => level === 'detailed' ? undefined : 'be left out, or level be detailed: the Collector takes views there alone'],
  [/^service\.telemetry\.resource\.attributes_list$/, () => 'be left out: the Collector takes attributes alone'],
  [/^service\.telemetry\.resource\.(?!(attributes|detectors|schema_url|detection\/development)$)[^/]+$/, value => typeof value === 'string' ? undefined : 'be a text'],
  [/^service\.telemetry\.metrics\.level$/, oneOf('none', 'basic', 'normal', 'detailed')],
  [/^service\.telemetry\.logs\.level$/, (value, _, memory) => oneOf('debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal')(String(value).toLowerCase(), {}, memory)],
  [/^service\.telemetry\.logs\.encoding$/, oneOf('json', 'console')],
];

/**
 * Refuses values, in the components that this library writes, that the props of the same meaning refuse. What refers to the environment is not known.
 *
 * @param propOf the prop that a path comes from
 */
export function checkValues(config: Fields, memoryLimitMiB: number, propOf: (path: readonly string[]) => string): void {
  const visit = (path: readonly string[], value: unknown, siblings: Fields): void => {
    if (value === null || value === undefined) return;
    const rule = typeof value === 'string' && value.includes('${') ? undefined : ruleBroken(path, value, siblings, memoryLimitMiB);
    if (rule !== undefined) refuse(propOf(path), typeof value === 'number' ? `${path.join('.')}: ${value}` : path.join('.'), rule);
    if (typeof value === 'object') Object.entries(value).forEach(([key, member]) => visit([...path, key], member, value));
  };
  visit([], config, {});
  for (const [id, exporter] of Object.entries<Fields | null>(config.exporters ?? {})) checkDestination(id, exporter ?? {}, propOf);
}

function ruleBroken(path: readonly string[], value: unknown, siblings: Fields, memoryLimitMiB: number): string | undefined {
  const [section = '', id = '', ...rest] = path;
  const type = section === 'service' ? id : id.split('/')[0]!;
  const check = RULES.find(([at]) => at.test([section, type, ...rest].join('.')))?.[1];
  const isTime = DURATIONS.test(rest.at(-1) ?? '') && section !== 'service' && KNOWN_COMPONENTS[`${section}/${type}`] !== undefined;
  // A number would be nanoseconds.
  const wrongTime = isTime && typeof value !== 'object' && toMillis(value) === undefined ? 'be a time with its unit, such as 10s or 200ms' : undefined;
  return wrongTime ?? check?.(value, siblings, memoryLimitMiB);
}

function checkDestination(id: string, exporter: Fields, propOf: (path: readonly string[]) => string): void {
  const type = id.split('/')[0]!;
  const keys = { otlp_grpc: ['endpoint'], otlp_http: ['traces_endpoint', 'endpoint'] }[type] ?? [];
  if (keys.length > 0 && keys.every(key => exporter[key] === undefined || exporter[key] === null)) {
    refuse(propOf(['exporters', id]), `exporters.${id}`, `have ${keys.join(' or ')}: where the spans are to be sent`);
  }
}
