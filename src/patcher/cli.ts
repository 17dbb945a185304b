// The command line of the package: what the nodes have, and what is for the desk.
import { createRequire } from 'module';
import { join } from 'path';
import { planAndAdvise } from './commands/advice-command';
import { CLUSTER_STATUS_USAGE, clusterStatusCommand } from './commands/cluster-status-command';
import { PLAN_USAGE } from './commands/plan-options';
import { REPORT_USAGE, readReportOptions } from './commands/report-options';
import { readTraceOptions, TRACE_USAGE } from './commands/trace-options';
import { kubectl } from './host/kubectl';
import { NODE_COMMANDS } from './node-commands';
import { err, runProgram } from './program';
import type { report } from '../report/main';
import type { trace } from '../trace/main';

/** By a computed name: a bundle of its own, which the other commands do not load. */
function load<Room>(room: string): Room {
  return createRequire(__filename)(join(__dirname, '../..', room, 'main/index.js')) as Room;
}

/** As sysexits(3) has it for input and output. */
const NOT_WRITTEN = 74;
let lost = false;

/** What is asked for and cannot be written, on a full disk for example, is no success. A reader that has gone has seen enough. */
function show(text: string): void {
  process.stdout.write(text, (e?: NodeJS.ErrnoException | null) => {
    if (!e || e.code === 'EPIPE' || lost) return;
    lost = true;
    err(`standard output cannot be written (${e.code}), so what it holds is not complete\n`);
    process.once('exit', () => { process.exitCode = NOT_WRITTEN; });
  });
}

runProgram({
  plan: {
    summary: 'show what would change in the manifests of a node',
    usage: PLAN_USAGE,
    run: args => planAndAdvise(args, { out: show, err, colour: process.stdout.isTTY && !process.env.NO_COLOR }),
  },
  report: {
    summary: 'tell from spans which requests are slow, and why',
    usage: REPORT_USAGE,
    run: args => {
      const options = readReportOptions(args, process.stdin.isTTY);
      return load<{ readonly report: typeof report }>('report').report(options, {
        out: show,
        err,
        width: process.stdout.columns || 120,
        colour: process.stdout.isTTY && !process.env.NO_COLOR,
        progress: process.stderr.isTTY,
      });
    },
  },
  trace: {
    summary: 'run a command, and tell what its requests took',
    usage: TRACE_USAGE,
    run: args => {
      const options = readTraceOptions(args);
      const { stderr } = process;
      const output = { err, width: stderr.columns || 120, colour: stderr.isTTY && !process.env.NO_COLOR, progress: stderr.isTTY };
      return load<{ readonly trace: typeof trace }>('trace').trace(options, output);
    },
  },
  ...NODE_COMMANDS,
  status: {
    summary: 'whether spans are sent, and where to: on a node as root, or of all nodes with --cluster',
    usage: `${NODE_COMMANDS.status!.usage}\n${CLUSTER_STATUS_USAGE}`,
    run: args => args.includes('--cluster')
      ? clusterStatusCommand(args.filter(arg => arg !== '--cluster'), kubectl, { out: show, err })
      : NODE_COMMANDS.status!.run(args),
  },
});
