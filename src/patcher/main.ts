import { writeFileSync } from 'fs';
import { StopRequest } from './apply/node';
import { EXIT } from './apply/outcome';
import { jobCommand } from './commands/job-command';
import { planCommand, PlanEnd } from './commands/plan-command';
import { systemClock } from './host/clock';

/** Exit statuses of `plan` are those of `kubectl diff`. */
const PLAN_STATUS: Record<PlanEnd, number> = { 'nothing to do': 0, 'differences': 1, 'refused': 2, 'wrong usage': 3 };

const USAGE = `usage: cdk8s-control-plane-tracing COMMAND [options]

  plan      show what would change in the manifests of a node; add --help for its options
  job       what a pod of the Job does; for the Job only
`;

const out = (text: string) => void process.stdout.write(text);
const err = (text: string) => void process.stderr.write(text);

/** Each command with its arguments, to an exit status. */
const COMMANDS: Record<string, (args: readonly string[]) => number | Promise<number>> = {
  plan: args => PLAN_STATUS[planCommand(args, { out, err })],
  job: () => job(),
};

async function job(): Promise<number> {
  const { status, message } = await jobCommand(__dirname, process.env, stopOnSignals(), line => out(line + '\n'));
  out(message + '\n');
  try {
    // kubelet shows it in the pod's status. At most 4096 bytes.
    writeFileSync('/dev/termination-log', Buffer.from(message).subarray(0, 4096));
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
  if (name === '--help') {
    out(USAGE);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    err(`${name === '' ? 'a command is required' : `unknown command ${name}`}\n\n${USAGE}`);
    return PLAN_STATUS['wrong usage'];
  }
  return COMMANDS[name]!(args);
}

// Not process.exit(): what was printed must still come out.
main(process.argv.slice(2)).then(status => { process.exitCode = status; }, e => {
  err(`${e instanceof Error ? e.stack : String(e)}\n`);
  process.exitCode = EXIT.stopped;
});
