import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trial } from './campaign';
import { Check } from './check';
import { Ground } from './ground';
import { CALLS } from './strace';
import { told } from './trials';
import { EXIT } from '../../../src/patch-spec/exit-status';
import { ModelNode, Rule } from '../../support/model-node/model-node';

const API_SERVER = { component: 'kube-apiserver', flag: '--tracing-config-file' } as const;
const ETCD = { component: 'etcd', flag: '--enable-distributed-tracing' } as const;

/** New components that are no good: taken back. */
const BAD: readonly { name: string; rules: readonly Rule[]; healthSeconds?: number; soakSeconds?: number }[] = [
  { name: 'a new kube-apiserver that does not start', rules: [{ ...API_SERVER, refuse: true }] },
  { name: 'a new kube-apiserver that is never ready', rules: [{ ...API_SERVER, neverReady: true }] },
  { name: 'a new kube-apiserver that ends while it is watched', rules: [{ ...API_SERVER, crashAfter: 4500 }], healthSeconds: 20, soakSeconds: 8 },
  { name: 'a new etcd that does not start', rules: [{ ...ETCD, refuse: true }] },
  { name: 'a new etcd that is never ready', rules: [{ ...ETCD, neverReady: true }] },
  { name: 'a new etcd whose image is missing', rules: [{ ...ETCD, imageMissing: true }] },
  { name: 'both new components never ready', rules: [{ ...API_SERVER, neverReady: true }, { ...ETCD, neverReady: true }] },
];

export const badComponents: readonly Trial[] = BAD.map(({ name, rules, healthSeconds = 20, soakSeconds = 1 }) => ({
  name,
  run: async node => {
    node.behave(rules);
    node.writeSpec({}, { healthSeconds, soakSeconds });
    const ground = new Ground(node);
    const first = await node.apply().end;
    const check = new Check(first);
    check.equal('exit status', first.status, EXIT.rolledBack);
    check.equal('manifests', ground.states().join(), 'before,before');
    check.none(ground.unfinished());
    node.behave([]);
    check.equal('exit status of the next run, with the cause gone', (await node.apply().end).status, EXIT.done);
    check.none(ground.unfinished());
    return check.problems;
  },
}));

/** Who else writes a manifest keeps what he wrote, whenever he does. */
export const foreignEdits: readonly Trial[] = [
  ...['kube-apiserver.yaml', 'etcd.yaml'].flatMap(file => [
    edit('after the journal was written', file, 'rename:delay_exit=1500ms:when=4', /: adds /, 800),
    edit('after the first rename', file, undefined, /kube-apiserver: manifest renamed into place \(first of two\)/, 0),
    edit('while kubelet lets go of the old pods', file, undefined, /etcd: manifest renamed into place \(first of two\)/, 300),
    edit('while the new processes start', file, undefined, /kube-apiserver: manifest renamed into place\n/, 0),
    edit('while they are watched', file, undefined, /watching for/, 0),
  ]),
  {
    name: 'kube-apiserver.yaml edited while the new etcd is never ready, which goes back all the same',
    run: async node => {
      node.behave([{ ...ETCD, neverReady: true }]);
      node.writeSpec({}, { healthSeconds: 15, etcdStartSeconds: 15 });
      const ground = new Ground(node);
      const run = node.apply();
      await run.says(/kube-apiserver: manifest renamed into place\n/);
      node.edit('kube-apiserver.yaml', byHand);
      const edited = node.read('kube-apiserver.yaml');
      const first = await run.end;
      const check = new Check(first);
      check.equal('exit status', first.status, EXIT.broken);
      check.equal('kube-apiserver.yaml', node.read('kube-apiserver.yaml'), edited);
      check.equal('etcd.yaml', ground.stateOf(ground.components.find(c => c.component === 'etcd')!), 'before');
      check.equal('healthy', await node.becomesHealthy(), true);
      return check.problems;
    },
  },
];

function byHand(text: string): string {
  return text.replace('    - --', '    - --edited=by-somebody\n    - --');
}

function edit(when: string, file: string, delay: string | undefined, after: RegExp, wait: number): Trial {
  return {
    name: `${file} edited ${when}`,
    run: async node => {
      node.writeSpec({}, { healthSeconds: 20, soakSeconds: 2 });
      const ground = new Ground(node);
      const run = node.apply(delay === undefined ? {} : { under: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', `inject=${delay}`] });
      await run.says(after);
      await sleep(wait);
      node.edit(file, byHand);
      const edited = node.read(file);
      const first = await run.end;
      const check = new Check(first);
      check.equal('the file', node.read(file), edited);
      check.none(ground.broken().filter(problem => !problem.startsWith(file)));
      if (![EXIT.refused, EXIT.broken].includes(first.status as 10)) check.problems.push(`exit status ${first.status}`);
      // From there the next run goes on, on top of the edit.
      await node.becomesHealthy();
      await sleep(1000);
      const next = await node.apply().end;
      if (next.status !== EXIT.done) check.problems.push('the next run:', told(next));
      if (!node.read(file).includes('--edited=by-somebody')) check.problems.push('the edit is lost');
      return check.problems;
    },
  };
}

/** Asked to stop, the program sees a change through that is well and takes back one that is not; before the first rename it just ends. */
export const signals: readonly Trial[] = (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).flatMap(signal => [
  stop(signal, 'before the first rename', /: adds /, EXIT.stopped, 'before,before', 'rename:delay_enter=2000ms:when=1'),
  stop(signal, 'after the first rename', /first of two/, EXIT.done, 'after,after'),
  stop(signal, 'between the renames', /etcd: manifest renamed into place \(first of two\)/, EXIT.done, 'after,after'),
  stop(signal, 'while the new processes start', /kube-apiserver: manifest renamed into place\n/, EXIT.done, 'after,after'),
  stop(signal, 'while they are watched', /watching for/, EXIT.done, 'after,after'),
]);

function stop(signal: NodeJS.Signals, when: string, after: RegExp, status: number, states: string, delay?: string): Trial {
  return {
    name: `${signal} ${when}`,
    run: async node => {
      const ground = new Ground(node);
      const run = node.apply(delay === undefined ? {} : { under: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', `inject=${delay}`] });
      await run.says(after);
      run.signal(signal);
      const first = await run.end;
      const check = new Check(first);
      check.equal('exit status', first.status, status);
      check.equal('manifests', ground.states().join(), states);
      check.none(ground.broken());
      const next = await node.apply().end;
      check.equal('exit status of the next run', next.status, EXIT.done);
      check.none(ground.unfinished());
      return check.problems;
    },
  };
}

export const others: readonly Trial[] = [
  {
    name: 'two programs at once',
    run: async node => {
      const run = node.apply();
      await run.says(/first of two/);
      const second = await node.apply().end;
      const check = new Check(second);
      check.equal('exit status of the second', second.status === EXIT.done || second.status === null, false);
      check.equal('exit status of the first', (await run.end).status, EXIT.done);
      check.equal('restarts', restarts(node), '1 1');
      return check.problems;
    },
  },
  {
    name: 'the wall clock is stepped by an hour and back',
    run: async node => {
      const script = `${node.directory}/step.js`;
      appendFileSync(script, 'const real = Date.now; let by = 0; Date.now = () => real() + by;\n'
        + 'setTimeout(() => { by = 3600e3; }, 1000).unref(); setTimeout(() => { by = -3600e3; }, 3000).unref();\n');
      const ground = new Ground(node);
      const first = await node.apply({ required: script }).end;
      const check = new Check(first);
      check.equal('exit status', first.status, EXIT.done);
      check.equal('manifests', ground.states().join(), 'after,after');
      return check.problems;
    },
  },
  {
    name: 'a second run makes no call that changes anything',
    run: async node => {
      await node.apply().end;
      const second = await node.apply({ under: ['strace', '-f', '-qq', '-y', '-s', '200', '-e', `trace=${CALLS.join(',')}`, '-e', 'signal=none'] }).end;
      const check = new Check(second);
      check.equal('exit status', second.status, EXIT.done);
      const touched = second.output.split('\n').filter(line => line.includes(node.directory) && !/openat\(.*O_RDONLY/.test(line));
      check.equal('calls', touched.join('\n'), '');
      check.equal('restarts', restarts(node), '1 1');
      return check.problems;
    },
  },
];

/** `kube-apiserver etcd` */
function restarts(node: ModelNode): string {
  return `${node.starts('kube-apiserver').length - 1} ${node.starts('etcd').length - 1}`;
}
