// The command line of the package: what the nodes have, and what is for the desk.
import { planCommand } from './commands/plan-command';
import { PLAN_USAGE } from './commands/plan-options';
import { NODE_COMMANDS } from './node-commands';
import { err, out, runProgram } from './program';

runProgram({
  plan: {
    summary: 'show what would change in the manifests of a node',
    usage: PLAN_USAGE,
    run: args => planCommand(args, { out, err, colour: process.stdout.isTTY && !process.env.NO_COLOR }),
  },
  ...NODE_COMMANDS,
});
