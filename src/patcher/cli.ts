// The command line of the package: what the nodes have, and what is for the desk.
import { createRequire } from 'module';
import { join } from 'path';
import { planCommand } from './commands/plan-command';
import { PLAN_USAGE } from './commands/plan-options';
import { REPORT_USAGE, readReportOptions } from './commands/report-options';
import { NODE_COMMANDS } from './node-commands';
import { err, out, runProgram } from './program';
import type { report } from '../report/main';

runProgram({
  plan: {
    summary: 'show what would change in the manifests of a node',
    usage: PLAN_USAGE,
    run: args => planCommand(args, { out, err, colour: process.stdout.isTTY && !process.env.NO_COLOR }),
  },
  report: {
    summary: 'tell from spans which requests are slow, and why',
    usage: REPORT_USAGE,
    run: args => {
      const options = readReportOptions(args, process.stdin.isTTY);
      // By a computed name: a bundle of its own, which the other commands do not load.
      const loaded = createRequire(__filename)(join(__dirname, '../../report/main/index.js')) as { readonly report: typeof report };
      return loaded.report(options, {
        out,
        err,
        width: process.stdout.columns || 120,
        colour: process.stdout.isTTY && !process.env.NO_COLOR,
        progress: process.stderr.isTTY,
      });
    },
  },
  ...NODE_COMMANDS,
});
