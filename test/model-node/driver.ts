/** The command `apply` and nothing else, for tests of the engine alone. */
import * as fs from 'fs';
import { StopRequest } from '../../src/patcher/apply/node';
import { EXIT, exitStatus, sentence } from '../../src/patcher/apply/outcome';
import { Run } from '../../src/patcher/apply/run';
import { NODE_LOCK } from '../../src/patcher/commands/job-command';
import { thisNode } from '../../src/patcher/commands/this-node';
import { systemClock } from '../../src/patcher/host/clock';
import { NodeLock } from '../../src/patcher/host/node-lock';
import { parsePatchSpec } from '../../src/spec/parse-patch-spec';

async function main(argv: readonly string[]): Promise<number> {
  const option = (name: string) => argv[argv.indexOf(name) + 1]!;
  const stop = new StopRequest(systemClock);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.request(signal));
  const lock = await NodeLock.take(NODE_LOCK);
  if (!lock) {
    console.log('refused, nothing was touched [locked]: another program works on this node');
    return EXIT.refused;
  }
  const run = new Run(thisNode(stop, line => console.log(line)), {
    spec: parsePatchSpec(fs.readFileSync(option('--spec'), 'utf8')),
    template: fs.readFileSync(option('--template'), 'utf8'),
    facts: { nodeName: option('--node-name'), endpoint: option('--endpoint') },
    run: argv.includes('--run') ? option('--run') : 'apply',
  });
  const outcome = await run.execute();
  console.log(sentence(outcome));
  await lock.release();
  return exitStatus(outcome);
}

main(process.argv.slice(2)).then(status => { process.exitCode = status; }, (e: Error) => {
  console.error(e.stack);
  process.exitCode = EXIT.stopped;
});
