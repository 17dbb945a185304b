import { Trial } from './campaign';
import { Ground } from './ground';
import { Call, injecting, Recording } from './strace';
import { EXIT } from '../../src/patcher/apply/outcome';
import { ModelNode } from '../model-node/model-node';
import { End } from '../model-node/started';

/** The program is killed when it makes this call; then it is run again. */
export function kill({ paths }: Recording, call: Call): Trial {
  return {
    name: `killed at ${call.text}`,
    run: async node => {
      const ground = new Ground(node);
      const killed = await node.apply({ under: injecting(node, paths, `${call.name}:signal=KILL:when=${call.nth}`), fixedNames: true }).end;
      if (killed.status !== 137 && killed.signal !== 'SIGKILL') return ['it was not killed', told(killed)];
      const broken = ground.broken();
      if (broken.length > 0) return ['after the kill:', ...broken, told(killed)];
      return ends(node, ground, [EXIT.done, EXIT.rolledBack], killed);
    },
  };
}

/** This call fails once (or from then on), the program goes on as it likes; then it is run again with the fault gone. */
export function fail({ paths, calls }: Recording, call: Call, error: string, forEver: boolean): Trial {
  const firstRename = calls.findIndex(c => c.name === 'rename' && c.text.includes('"/manifests/'));
  const early = calls.indexOf(call) <= firstRename;
  return {
    name: `${error}${forEver ? ' from now on' : ''} at ${call.text}`,
    run: async node => {
      const ground = new Ground(node);
      const first = await node.apply({ under: injecting(node, paths, `${call.name}:error=${error}:when=${call.nth}${forEver ? '+' : ''}`), fixedNames: true }).end;
      const problems = ground.broken();
      const states = ground.states();
      if (early) {
        if (first.status !== EXIT.refused) problems.push(`exit status ${first.status} instead of ${EXIT.refused}`);
        if (!states.every(s => s === 'before')) problems.push('something was touched: ' + states.join());
        if (node.starts('kube-apiserver').length + node.starts('etcd').length !== 2) problems.push('something was restarted');
      } else if (![EXIT.done, EXIT.rolledBack, EXIT.broken].includes(first.status as 0)) {
        problems.push(`exit status ${first.status}`);
      }
      if (first.status === EXIT.broken && !/\n {2}(mv|systemctl) /.test(first.output)) problems.push('no command that repairs it is printed');
      if (problems.length > 0) return [...problems, told(first)];
      return ends(node, ground, [EXIT.done, EXIT.rolledBack, ...states.every(s => s === 'before') ? [EXIT.refused] : []], first);
    },
  };
}

/** A clean run brings the node to an end, with at most one more restart than the fault-free run costs. */
export async function ends(node: ModelNode, ground: Ground, statuses: readonly number[], before: End): Promise<string[]> {
  const problems: string[] = [];
  const again = await node.apply().end;
  if (!statuses.includes(again.status ?? -1)) problems.push(`the next run ended with ${again.status}`);
  problems.push(...ground.unfinished());
  // What failed is not tried again by the same; somebody else's run gets there.
  const asked = again.status === EXIT.done ? again : await node.apply({ more: ['--run', 'another'] }).end;
  if (asked.status !== EXIT.done) problems.push(`a new run ended with ${asked.status}`, told(asked));
  if (!ground.states().every(s => s === 'after' || s === 'interim')) problems.push('in the end the manifests are ' + ground.states().join(' and '));
  if (!await node.becomesHealthy(40)) problems.push('the components do not answer');
  // The planned one and at most one more; taken back and done again are three.
  const allowed = asked === again && before.status !== EXIT.rolledBack ? 2 : 3;
  for (const component of ['kube-apiserver', 'etcd']) {
    const restarts = node.starts(component).length - 1;
    if (restarts > allowed) problems.push(`${component} was restarted ${restarts} times`);
  }
  return problems.length === 0 ? [] : [...problems, 'first run:', told(before), 'second run:', told(again)];
}

/** What the program said, without the plan. */
export function told({ output }: End): string {
  return output.split('\n').filter(line => !/: adds /.test(line)).join('\n').trimEnd();
}
