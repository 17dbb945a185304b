import { Trial } from './campaign';
import { Ground } from './ground';
import { arrange, Call, injecting, Recording, Setting, wasInjected } from './strace';
import { EXIT } from '../../../src/patch-spec/exit-status';
import { ModelNode } from '../../support/model-node/model-node';
import { End } from '../../support/model-node/started';

/** The program is killed when it makes this call; then it is run again. */
export function kill({ setting, paths }: Recording, call: Call): Trial {
  return {
    name: `killed at ${call.text}`,
    run: async node => {
      const ground = await prepare(node, setting);
      const killed = await node.apply({ under: injecting(node, paths, `${call.name}:signal=KILL:when=${call.nth}`), fixedNames: true }).end;
      if (killed.status !== 137 && killed.signal !== 'SIGKILL') return ['it was not killed', told(killed)];
      const broken = ground.broken();
      if (broken.length > 0) return ['after the kill:', ...broken, told(killed)];
      return ends(node, ground, killed, setting);
    },
  };
}

/** This call fails once (or from then on), the program goes on as it likes; then it is run again with the fault gone. */
export function fail({ setting, paths, calls }: Recording, call: Call, error: string, forEver: boolean): Trial {
  const firstRename = calls.findIndex(c => c.name === 'rename' && c.text.includes('"/manifests/'));
  const early = calls.indexOf(call) <= firstRename;
  return {
    name: `${error}${forEver ? ' from now on' : ''} at ${call.text}`,
    run: async node => {
      const ground = await prepare(node, setting);
      const first = await node.apply({ under: injecting(node, paths, `${call.name}:error=${error}:when=${call.nth}${forEver ? '+' : ''}`), fixedNames: true }).end;
      const problems = ground.broken();
      const states = ground.states();
      if (!wasInjected(node)) problems.push('the fault has not happened');
      // A failed look may be made good by another one.
      if (early && (call.changes || first.status !== EXIT.done)) {
        if (first.status !== EXIT.refused) problems.push(`exit status ${first.status} instead of ${EXIT.refused}`);
        if (!states.every(s => s === 'before')) problems.push(`something was touched: ${states.join()}`);
        if (ground.restarts('kube-apiserver') + ground.restarts('etcd') !== 0) problems.push('something was restarted');
      } else if (![EXIT.done, EXIT.rolledBack, EXIT.broken].includes(first.status as 0)) {
        problems.push(`exit status ${first.status}`);
      }
      if (first.status === EXIT.broken && !/\n {2}(mv|systemctl) /.test(first.output)) problems.push('no command that repairs it is printed');
      if (problems.length > 0) return [...problems, told(first)];
      return ends(node, ground, first, setting);
    },
  };
}

/** A fresh node, in the setting that the recording was made in. */
async function prepare(node: ModelNode, setting: Setting): Promise<Ground> {
  await arrange(node, setting);
  return new Ground(node, setting.tls?.before);
}

/** The next run, with the fault gone, gets there; the fault costs no component more than one restart. */
async function ends(node: ModelNode, ground: Ground, before: End, { rollsBack }: Setting): Promise<string[]> {
  const problems: string[] = [];
  const said = ['first run:', told(before)];
  const next = async (status: number, states: readonly string[]) => {
    const run = await node.apply().end;
    said.push('next run:', told(run));
    if (run.status !== status) problems.push(`the next run ended with ${run.status} instead of ${status}`);
    problems.push(...ground.unfinished());
    if (!ground.states().every(s => states.includes(s))) problems.push(`the manifests are ${ground.states().join(' and ')}`);
  };
  if (rollsBack) {
    await next(EXIT.rolledBack, ['before', 'rollbackInterim']);
    node.behave([]);
  }
  await next(EXIT.done, ['after', 'interim']);
  if (!await node.becomesHealthy(120)) problems.push('the components do not answer');
  // Planned, and one more; where the fault cost the change itself: planned, taken back, and done again.
  const allowed = rollsBack ? Infinity : before.status === EXIT.rolledBack || before.status === EXIT.broken ? 3 : 2;
  for (const component of ['kube-apiserver', 'etcd'] as const) {
    const restarts = ground.restarts(component);
    if (restarts > allowed) problems.push(`${component} was restarted ${restarts} times`);
  }
  return problems.length === 0 ? [] : [...problems, ...said];
}

/** What the program said, without the plan. */
export function told({ output }: End): string {
  return output.split('\n').filter(line => !/: adds /.test(line)).join('\n').trimEnd();
}
