import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trial } from './campaign';
import { Check } from './check';
import { Ground } from './ground';
import { EXIT } from '../../../src/patch-spec/exit-status';
import { Rule } from '../../support/model-node/model-node';

const NEVER_READY: Rule = { component: 'kube-apiserver', flag: '--tracing-config-file', neverReady: true };
const REFUSED: Rule = { component: 'kube-apiserver', flag: '--tracing-config-file', refuse: true };
const FIRST = /kube-apiserver: manifest renamed into place \(first of two\)/;
const BOTH = /kube-apiserver: manifest renamed into place\n/;

/** kubelet forgets what it was doing, and while the API server is down a restarted one deletes nothing. */
export const kubeletRestarts: readonly Trial[] = [
  ...[FIRST, /etcd: manifest renamed into place \(first of two\)/, BOTH, /watching for/].map((when): Trial => ({
    name: `kubelet restarted after ${when.source}`,
    run: async node => {
      node.writeSpec({}, { healthSeconds: 90 });
      const ground = new Ground(node);
      const run = node.apply();
      await run.says(when);
      await node.restartKubelet();
      const first = await run.end;
      const check = new Check(first);
      check.equal('exit status', first.status, EXIT.done);
      check.none(ground.unfinished());
      check.equal('healthy', await node.becomesHealthy(), true);
      return check.problems;
    },
  })),
  ...[NEVER_READY, REFUSED].map((rule): Trial => ({
    name: `kubelet restarted while the new kube-apiserver ${rule.refuse ? 'does not start' : 'is never ready'}: the deadlock is healed`,
    run: async node => {
      node.behave([rule]);
      node.writeSpec({}, { healthSeconds: 8 });
      const ground = new Ground(node);
      const run = node.apply();
      await run.says(BOTH);
      await sleep(1500);
      await node.restartKubelet();
      const first = await run.end;
      const check = new Check(first);
      check.equal('exit status', first.status, EXIT.rolledBack);
      check.equal('said so', /restarting it once more/.test(first.output), true);
      check.equal('manifests', ground.states().join(), 'before,before');
      check.equal('healthy', await node.becomesHealthy(), true);
      return check.problems;
    },
  })),
];

/** Restarted while the old pods end, which takes as long as kubelet lets them, and with its own pause after that. */
export const kubeletRestartsWithoutHarm: readonly Trial[] = [/kube-apiserver: manifest renamed into place\n/, /etcd: manifest renamed into place\n/].map((when): Trial => ({
  name: `kubelet restarted without harm after ${when.source}, three nodes`,
  run: async node => {
    node.behave([{ component: 'kube-apiserver', flag: '', startAfter: 20_000 }]);
    node.writeSpec({ controlPlaneNodes: 3 }, { healthSeconds: 120 });
    const ground = new Ground(node);
    const run = node.apply();
    await run.says(when);
    await node.restartKubelet();
    const first = await run.end;
    const check = new Check(first);
    check.equal('exit status', first.status, EXIT.done);
    check.equal('restarted once more', /restarting it once more/.test(first.output), false);
    check.none(ground.unfinished());
    return check.problems;
  },
}));

/** The rollback itself cannot be done: the printed commands do it, and so does the next run. */
export const rollbackFails: readonly Trial[] = ['by hand', 'by the next run'].map((how): Trial => ({
  name: `a rollback that fails is finished ${how}`,
  run: async node => {
    node.behave([NEVER_READY]);
    node.writeSpec({}, { healthSeconds: 5 });
    const ground = new Ground(node);
    // strace looks at the first path of a rename.
    const staged = ['rollback-interim', 'rollback'].map(role => `${node.manifestsDirectory}/.cdk8s-control-plane-tracing.kube-apiserver.yaml.${role}`);
    const under = ['strace', '-f', '-qq', '-o', '/dev/null', ...staged.flatMap(file => ['-P', file]), '-e', 'trace=rename', '-e', 'inject=rename:error=EPERM'];
    const first = await node.apply({ under }).end;
    const check = new Check(first);
    check.equal('exit status', first.status, EXIT.broken);
    check.equal('journal', ground.journal()?.phase, 'broken');
    check.none(ground.broken());
    const commands = first.output.split('\n').filter(line => line.startsWith('  mv ')).map(line => line.trim());
    check.equal('a command is printed', commands.length > 0, true);
    if (how === 'by hand') {
      await node.run(['sh', '-ec', commands.join('\n')]).end;
      await node.restartKubelet();
      check.equal('manifests', ground.states().join(), 'before,before');
      check.none(ground.broken());
      check.equal('healthy', await node.becomesHealthy(), true);
    }
    node.behave([]);
    check.equal('exit status of the next run', (await node.apply().end).status, EXIT.done);
    check.none(ground.unfinished());
    return check.problems;
  },
}));

/** A disk with this much room: nothing at all is touched, or all of it works. */
export const fullDisk: readonly Trial[] = [
  ...[0, 4, 8, 16, 24, 32, 40].flatMap(room => ['manifests', 'tracing'].map((which): Trial => ({
    name: `${room} KiB left in ${which}`,
    run: async node => {
      const directory = `${node.directory}/${which}`;
      fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
      await node.mountSmall(directory, 200);
      await node.restartKubelet();
      await node.run(['sh', '-c', `dd if=/dev/zero of=${directory}/.filler bs=4k; truncate -s -${room}k ${directory}/.filler`]).end;
      await sleep(1500);
      const ground = new Ground(node);
      const first = await node.apply().end;
      const check = new Check(first);
      if (first.status === EXIT.refused) {
        check.equal('manifests', ground.states().join(), 'before,before');
        check.equal('restarts', node.starts('kube-apiserver').length, 1);
      } else {
        check.equal('exit status', first.status, EXIT.done);
      }
      check.none(ground.broken());
      await node.run(['rm', `${directory}/.filler`]).end;
      check.equal('exit status with room', (await node.apply().end).status, EXIT.done);
      check.none(ground.unfinished());
      return check.problems;
    },
  }))),
  {
    name: 'the disk fills up while the new kube-apiserver is never ready',
    run: async node => {
      fs.mkdirSync(node.configDirectory, { mode: 0o700 });
      for (const directory of [node.manifestsDirectory, node.configDirectory]) await node.mountSmall(directory, 200);
      await node.restartKubelet();
      await sleep(1500);
      node.behave([NEVER_READY]);
      node.writeSpec({}, { healthSeconds: 5 });
      const ground = new Ground(node);
      const run = node.apply();
      await run.says(FIRST);
      await node.run(['sh', '-c', `for d in ${node.manifestsDirectory} ${node.configDirectory}; do dd if=/dev/zero of=$d/.filler bs=1k; done`]).end;
      const first = await run.end;
      const check = new Check(first);
      check.equal('exit status', first.status, EXIT.rolledBack);
      check.equal('manifests', ground.states().join(), 'before,before');
      check.none(ground.broken());
      return check.problems;
    },
  },
];

/** Killed again and again, at any time, also while an earlier kill is mended. */
export function killedAgainAndAgain(times: number): Trial[] {
  return Array.from({ length: times }, (_, i): Trial => ({
    name: `killed again and again (${i})`,
    run: async node => {
      const ground = new Ground(node);
      const check = new Check({ status: 0, signal: null, output: '' });
      const waits = Array.from({ length: 4 }, () => Math.round(Math.random() * 6000));
      for (const wait of waits) {
        const run = node.apply();
        await Promise.race([run.end, sleep(wait)]);
        try {
          run.signal('SIGKILL');
        } catch { /* it was faster */ }
        await run.end;
        check.none(ground.broken());
      }
      const last = await node.apply().end;
      if (last.status !== EXIT.done) check.none([`exit status ${last.status} after kills at ${waits.join(', ')} ms`, last.output]);
      check.none(ground.unfinished());
      check.equal('healthy', await node.becomesHealthy(), true);
      return check.problems;
    },
  }));
}

/** `revert` killed at its renames: the original bytes come back. */
export const reverts: readonly Trial[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((nth): Trial => ({
  name: `revert killed at rename ${nth}`,
  run: async node => {
    const ground = new Ground(node);
    await node.apply().end;
    const killed = await node.apply({
      command: 'revert', under: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', `inject=rename:signal=KILL:when=${nth}`],
    }).end;
    const check = new Check(killed);
    const next = await node.apply({ command: 'revert' }).end;
    check.equal('exit status', next.status, EXIT.done);
    // A first form that has started by itself is a good end: one annotation is not worth a restart.
    if (!ground.states().every(s => s === 'before' || s === 'rollbackInterim')) check.none([`the manifests are ${ground.states().join(' and ')}`]);
    check.none(ground.unfinished());
    check.equal('healthy', await node.becomesHealthy(), true);
    return check.problems;
  },
}));
