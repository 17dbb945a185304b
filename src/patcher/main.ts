import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { finalMessage, terminationMessage } from './apply/final-message';
import { StopRequest } from './apply/node';
import { jobCommand } from './commands/job-command';
import { NODE_USAGE, nodeCommand } from './commands/node-command';
import { readOptions, suggestion, UsageError } from './commands/options';
import { planCommand } from './commands/plan-command';
import { PLAN_USAGE } from './commands/plan-options';
import { STATUS_USAGE, statusCommand } from './commands/status-command';
import { systemClock } from './host/clock';
import { EXIT } from '../patch-spec/exit-status';

const USAGE = `usage: cdk8s-control-plane-tracing COMMAND [options]

  plan      show what would change in the manifests of a node
  apply     on a control-plane node, as root: switch tracing on
  revert    on a control-plane node, as root: take out what was added
  status    on a control-plane node, as root: whether spans are sent, and where to
  job       what a pod of the Job does; for the Job only

help COMMAND, or COMMAND --help, tells its options; --version tells the version of this package.
`;

const JOB_USAGE = 'usage: what a pod of the Job runs; it takes no options, and needs the environment and the files that the Job gives it\n';

const out = (text: string) => void process.stdout.write(text);
const err = (text: string) => void process.stderr.write(text);
const line = (say: (text: string) => void) => (text: string) => say(text + '\n');

interface Command {
  readonly usage: string;
  /** @returns the exit status */
  readonly run: (args: readonly string[]) => number | Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  plan: { usage: PLAN_USAGE, run: args => planCommand(args, { out, err, colour: process.stdout.isTTY && !process.env.NO_COLOR }) },
  apply: { usage: NODE_USAGE, run: args => onNode(args, 'enabled') },
  revert: { usage: NODE_USAGE, run: args => onNode(args, 'disabled') },
  status: { usage: STATUS_USAGE, run: args => statusCommand(args, stopOnSignals(), line(out), line(err)) },
  job: { usage: JOB_USAGE, run: args => { readOptions(args, []); return job(); } },
};

async function onNode(args: readonly string[], state: 'enabled' | 'disabled'): Promise<number> {
  const { status, message } = await nodeCommand(args, state, new Date().toISOString(), stopOnSignals(), line(out));
  (status === EXIT.done ? out : err)(message + '\n');
  return status;
}

async function job(): Promise<number> {
  const { status, message } = await jobCommand(__dirname, process.env, stopOnSignals(), line(out));
  out(finalMessage(status, message) + '\n');
  try {
    // kubelet shows it in the pod's status.
    writeFileSync('/dev/termination-log', terminationMessage(status, message));
  } catch {
    // Not in a container; the log says the same.
  }
  return status;
}

/** The work under way decides how to end; a signal only asks for it. */
function stopOnSignals(): StopRequest {
  const stop = new StopRequest(systemClock);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.request(signal));
  return stop;
}

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (name === '--version') return said(version());
  const asked = /^(-h|--help|help)$/.test(name) ? args[0] : args.some(isHelp) ? name : undefined;
  if (asked === undefined && (isHelp(name) || name === 'help')) return said(USAGE);
  const command = Object.hasOwn(COMMANDS, asked ?? name) ? COMMANDS[asked ?? name]! : undefined;
  if (!command) {
    const word = asked ?? name;
    throw new UsageError(word === '' ? `a command is required\n\n${USAGE}` : `unknown command ${word}${suggestion(word, Object.keys(COMMANDS))}\n\n${USAGE}`);
  }
  return asked === undefined ? command.run(args) : said(command.usage);
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

function said(text: string): number {
  out(text);
  return EXIT.done;
}

/** Not part of the program, so that a new version of the package alone is no reason for another Job. */
function version(): string {
  try {
    return (JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string }).version + '\n';
  } catch {
    return 'unknown: not run from the package\n';
  }
}

// Should the program come to its end without having decided anything, that is no success.
process.exitCode = EXIT.stopped;
// Not process.exit(): what was printed must still come out.
main(process.argv.slice(2)).then(status => { process.exitCode = status; }, e => {
  if (e instanceof UsageError) {
    err(`${e.message.trimEnd()}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  err(`${e instanceof Error ? e.stack : String(e)}\n`);
  process.exitCode = EXIT.stopped;
});
