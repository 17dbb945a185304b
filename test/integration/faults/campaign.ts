import { ModelNode } from '../../support/model-node/model-node';

/** Counted over all campaigns, for the last line of the output. */
export const tally = { injected: 0, converged: 0 };

/** Runs wait most of the time, so several nodes fit on one core. */
const AT_ONCE = Number(process.env.FAULTS_AT_ONCE ?? 6);

export interface Trial {
  readonly name: string;
  /** @returns what is wrong; nothing when the node ended well */
  run(node: ModelNode): Promise<readonly string[]>;
}

/** Runs every trial on a fresh node; the problems of all of them are reported together. */
export async function carryOut(trials: readonly Trial[], make: () => Promise<ModelNode>): Promise<string[]> {
  const only = process.env.FAULTS_ONLY;
  const waiting = trials.filter(t => only === undefined || t.name.includes(only)).reverse();
  const problems: string[] = [];
  const worker = async () => {
    for (let trial = waiting.pop(); trial; trial = waiting.pop()) {
      const found = await attempt(trial, make);
      tally.injected++;
      if (found.length === 0) tally.converged++;
      const problem = found.map(line => `\n${line}`).join('').replaceAll('\n', '\n  ');
      if (problem !== '') problems.push(`${trial.name}:${problem}`);
      // A campaign takes minutes, and who waits for its end wants to know why at once.
      process.stderr.write(`${found.length === 0 ? 'ok' : 'NOT OK'} ${tally.injected} ${trial.name}${problem}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return problems;
}

async function attempt(trial: Trial, make: () => Promise<ModelNode>): Promise<readonly string[]> {
  let node: ModelNode | undefined;
  try {
    node = await make();
    return await trial.run(node);
  } catch (e) {
    return [String((e as Error).stack)];
  } finally {
    await node?.stop();
  }
}
