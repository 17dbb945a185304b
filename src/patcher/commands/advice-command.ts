import { adviceRows, adviceText, KnownLoad } from './advice-text';
import { synthesizedPatch } from './app-files';
import { readServer } from './backend-options';
import { oneOf, rateFrom } from './intent-options';
import { UsageError } from './options';
import { Output, planCommand } from './plan-command';
import { requestsPerSecond } from './prometheus';
import { MEASURED_ON } from '../../advice/measured';
import { EXIT } from '../../patch-spec/exit-status';

const OWN = ['requests-per-second', 'prometheus', 'headers-file'] as const;

/** Plans, advises, or both: what is advised comes after the plan, as lines that patch skips. */
export function planAndAdvise(args: readonly string[], output: Output): number | Promise<number> {
  const { own, rest } = split(args);
  if (Object.keys(own).length === 0) return planCommand(rest, output);
  const plans = rest.some(arg => /^--manifests(=|$)/.test(arg));
  const form = oneOf('--output', valueOf(rest, 'output') ?? 'diff', ['diff', 'json']);
  if (plans && form === 'json') throw new UsageError('--output json tells one thing: leave out --manifests, or ask for the advice apart');
  const ratePerMillion = plannedRate(rest);
  const known = knownRequests(own);
  return known.then(({ requests, source }) => {
    const load: KnownLoad = { requestsPerSecond: requests, source, ratePerMillion };
    if (form === 'json') {
      output.out(`${JSON.stringify({ requestsPerSecond: requests, source, figures: MEASURED_ON, rates: adviceRows(load) }, null, 2)}\n`);
      return EXIT.done;
    }
    if (!plans) {
      output.out(adviceText(load));
      return EXIT.done;
    }
    const status = planCommand(rest, output);
    output.out(adviceText(load).split('\n').slice(0, -1).map(line => `${`# ${line}`.trimEnd()}\n`).join(''));
    return status;
  });
}

type Own = { readonly [name in typeof OWN[number]]?: string };

/** What is for the advice, and what is for the plan. */
function split(args: readonly string[]): { readonly own: Own; readonly rest: string[] } {
  const own: { [name: string]: string } = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (!OWN.includes(name as typeof OWN[number])) {
      rest.push(args[i]!);
      continue;
    }
    const value = inline ?? args[++i];
    if (value === undefined || (inline === undefined && value.startsWith('--'))) throw new UsageError(`--${name} needs a value`);
    own[name!] = value;
  }
  return { own, rest };
}

async function knownRequests(own: Own): Promise<{ readonly requests: number; readonly source: string }> {
  const { 'requests-per-second': given, prometheus, 'headers-file': file } = own;
  if (given !== undefined && prometheus !== undefined) throw new UsageError('--requests-per-second and --prometheus cannot be used together: name one of them');
  if (prometheus !== undefined) {
    const server = readServer('prometheus', 'http://127.0.0.1:9090', prometheus, file);
    try {
      return { requests: await requestsPerSecond(server), source: 'Prometheus, the mean of the last hour' };
    } catch (e) {
      throw new UsageError((e as Error).message);
    }
  }
  if (file !== undefined) throw new UsageError('--headers-file needs --prometheus');
  const requests = Number(given);
  if (!/^\d+(\.\d+)?$/.test(given!) || requests <= 0 || requests > 10_000_000) {
    throw new UsageError(`--requests-per-second (${given}) must be a number above 0 and up to 10000000`);
  }
  return { requests, source: 'given' };
}

/** The rate that the rest asks for; undefined where it says none. */
function plannedRate(rest: readonly string[]): number | undefined {
  const option = valueOf(rest, 'sampling-rate-per-million');
  if (option !== undefined) return rateFrom(option);
  const at = rest.findIndex(arg => /^--app(=|$)/.test(arg));
  if (at < 0) return undefined;
  const first = rest[at]!.replace(/^--app=?/, '');
  const files = rest.slice(at + 1);
  const end = files.findIndex(arg => arg.startsWith('--'));
  const { template } = synthesizedPatch([...first === '' ? [] : [first], ...end < 0 ? files : files.slice(0, end)]);
  const rate = /^samplingRatePerMillion:\s*(\d+)\s*$/m.exec(template)?.[1];
  return rate === undefined ? undefined : Number(rate);
}

function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex(arg => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  return args[at]!.includes('=') ? args[at]!.slice(name.length + 3) : args[at + 1];
}
