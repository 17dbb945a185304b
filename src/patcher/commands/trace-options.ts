import { basename } from 'path';
import { BACKEND_OPTIONS, BackendOptions, readBackend } from './backend-options';
import { countOption } from './count';
import { durationMs } from './duration';
import { readOptions, UsageError } from './options';

export const TRACE_USAGE = `usage: cdk8s-control-plane-tracing trace [options] -- COMMAND [ARGS]

Runs a command that talks to the API server, such as kubectl, and tells from spans what each of its requests took: on the way, in the API server, in webhooks,
in etcd. Works at any sampling rate, also 0; asks for spans of the requests of this command and no others. Kubernetes 1.33+, and an identity in the group
system:masters or system:monitoring.

  --from NAMESPACE                  read spans from the log of the Collector in this namespace (default: found by its label)
  --file FILE                       read spans from a file that the Collector writes
  --jaeger URL                      read spans from Jaeger: the URL of its user interface
  --tempo URL                       read spans from Tempo: the URL of its query frontend
  --headers-file FILE               "Name: value" lines to send along to Jaeger or Tempo
  --kubeconfig FILE                 of the command (default: as kubectl)
  --context NAME                    of the command (default: the current one)
  --wait 30s|2m                     longest wait for spans (default: 30s)
  --top N                           requests that are shown as waterfalls, the slowest (default: 10)
  --all                             all spans of each, also short ones and those of filters

The command's output and exit status are kept; what is told goes to standard error.

exit status: that of the command; 125 it was not run, 126 it cannot be run, 127 there is no such command, 3 wrong usage
`;

export interface TraceCommandOptions {
  readonly command: readonly [string, ...string[]];
  readonly source: { readonly kind: 'collector'; readonly namespace: string | undefined } | { readonly kind: 'file'; readonly file: string }
    | { readonly kind: 'backend'; readonly backend: BackendOptions };
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly waitMs: number;
  readonly top: number;
  readonly all: boolean;
}

const OPTIONS = ['from', 'file', 'kubeconfig', 'context', 'wait', 'top', ...BACKEND_OPTIONS] as const;

export function readTraceOptions(args: readonly string[]): TraceCommandOptions {
  const at = args.indexOf('--');
  const [program, ...rest] = at < 0 ? [] : args.slice(at + 1);
  const own = ownWords(at < 0 ? args : args.slice(0, at));
  const { values } = readOptions(own.filter(word => word !== '--all'), OPTIONS);
  if (program === undefined || program === '') throw new UsageError('a command is required after --, such as: trace -- kubectl get pods -A');
  checkCommand(program, rest);
  const backend = readBackend(values);
  const { from, file, kubeconfig, context, wait = '30s', top = '10' } = values;
  const named = Object.entries({ from, file, ...backend && { [backend.kind]: backend.url } }).flatMap(([name, value]) => value === undefined ? [] : [`--${name}`]);
  if (named.length > 1) throw new UsageError(`${named.join(' and ')} cannot be used together: name the one place where the spans are`);
  if (from !== undefined && !/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(from)) throw new UsageError(`--from (${from}) must be the name of a namespace`);
  if (file === '-') throw new UsageError('--file (-) must be a file: standard input is the command\'s own');
  const shown = countOption('--top', top);
  return {
    command: [program, ...rest],
    source: backend ? { kind: 'backend', backend } : file !== undefined ? { kind: 'file', file } : { kind: 'collector', namespace: from },
    ...kubeconfig !== undefined && { kubeconfig },
    ...context !== undefined && { context },
    waitMs: durationMs('--wait', wait),
    top: shown,
    all: own.includes('--all'),
  };
}

/** The command's own options must not be taken for those of trace. */
function ownWords(words: readonly string[]): readonly string[] {
  if (words.length > 0 && !words[0]!.startsWith('-')) throw new UsageError(`-- is required before the command: trace [options] -- ${words.join(' ')}`);
  return words;
}

const ELSEWHERE = /^--(kubeconfig|context|cluster|user|server|kube-context|kube-apiserver|kube-token|token|client-certificate|client-key)(?:=|$)/;

/** Options that lead the command past the proxy, where its requests are not seen. */
function checkCommand(program: string, args: readonly string[]): void {
  if (!/^(?:kubectl|oc|helm|k)(?:\.exe)?$/.test(basename(program))) return;
  const inner = args.indexOf('--');
  const past = args.slice(0, inner < 0 ? undefined : inner).find(word => ELSEWHERE.test(word));
  if (past === undefined) return;
  const name = ELSEWHERE.exec(past)?.[1] ?? '';
  const wayOut = /context$/.test(name) ? 'trace --context NAME -- ...' : name === 'kubeconfig' ? 'trace --kubeconfig FILE -- ...' : 'a context of your kubeconfig, and trace --context NAME -- ...';
  throw new UsageError(`--${name} after -- would lead ${basename(program)} past the proxy of trace: use ${wayOut}`);
}
