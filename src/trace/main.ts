import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { awaitSpans } from './await-spans';
import { Caller } from './caller';
import { Exchange } from './exchange';
import { writeKubeconfig } from './kubeconfig';
import { LoopbackProxy } from './loopback-proxy';
import { checkPreconditions } from './preconditions';
import { CommandEnd, runCommand } from './run-command';
import { SpanLookup, spanLookup } from './span-lookup';
import { TraceCommandOptions, TraceOutput } from './trace-options';
import { traceText } from './trace-text';
import { Upstream } from './upstream';
import { COLOURS, PLAIN } from '../report/render/style';
import { clean } from '../report/render/terminal-text';

export type { TraceCommandOptions, TraceOutput } from './trace-options';

/** The command was not run; as `env` and `timeout` end. */
const NOT_RUN = 125;

/** A socket's path may not be longer. */
const LONGEST_DIRECTORY = 80;

/** Runs a command, and tells from spans what its requests took. @returns the command's exit status */
export async function trace(options: TraceCommandOptions, output: TraceOutput): Promise<number> {
  const parent = tmpdir().length < LONGEST_DIRECTORY ? tmpdir() : '/tmp';
  let directory: string;
  try {
    directory = mkdtempSync(join(parent, 'trace-'));
  } catch {
    output.err(`trace: no directory can be made in ${clean(parent)}: set TMPDIR to a directory that you may write into\n`);
    return NOT_RUN;
  }
  const caller = new Caller(options);
  const upstream = new Upstream(caller, directory);
  const proxy = new LoopbackProxy(upstream.socket);
  const close = () => {
    proxy.stop();
    upstream.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  // Before and after the command runs, who wants this program to end gets what they want.
  const interrupted = (signal: NodeJS.Signals) => {
    close();
    endBy(signal);
  };
  let lookup: SpanLookup;
  let kubeconfig: string;
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await upstream.start();
    for (const note of await checkPreconditions(upstream, caller)) output.err(`${clean(note)}\n`);
    lookup = await spanLookup(options.source, caller);
    kubeconfig = await writeKubeconfig(directory, caller, await proxy.start());
  } catch (e) {
    close();
    output.err(`trace: ${clean((e as Error).message)}\n`);
    return NOT_RUN;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
  const end = await runCommand(options.command, { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(directory, 'cache') });
  const exchanges = [...proxy.exchanges];
  close();
  if (end.error !== undefined) output.err(`trace: ${clean(options.command[0])}: ${clean(end.error)}\n`);
  else if (!end.told) await show(exchanges, lookup, options, output);
  if (end.signal !== undefined) endBy(end.signal);
  return end.status;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function show(exchanges: readonly Exchange[], lookup: SpanLookup, options: TraceCommandOptions, output: TraceOutput): Promise<void> {
  if (exchanges.length === 0) {
    output.err(`trace: ${clean(options.command[0])} sent no request: it must use the kubeconfig that the environment variable KUBECONFIG names\n`);
    return;
  }
  let enough = false;
  const stop = () => { enough = true; };
  for (const signal of SIGNALS) process.on(signal, stop);
  const progress = (there: number) => { if (output.progress) output.err(`\r\u001b[Kspans of ${there} of ${exchanges.length} requests`); };
  try {
    progress(0);
    const arrived = await awaitSpans(lookup, exchanges, { waitMs: options.waitMs, enough: () => enough, progress });
    if (output.progress) output.err('\r\u001b[K');
    const { top, all } = options;
    output.err(traceText(exchanges, arrived, lookup, { top, all, width: output.width, style: output.colour ? COLOURS : PLAIN }));
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** As the command ended: whoever started this program sees the same. */
function endBy(signal: NonNullable<CommandEnd['signal']>): void {
  process.kill(process.pid, signal);
}
