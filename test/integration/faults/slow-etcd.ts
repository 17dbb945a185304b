import { Trial } from './campaign';
import { Check } from './check';
import { Ground } from './ground';
import { EXIT } from '../../../src/patch-spec/exit-status';
import { Rule } from '../../support/model-node/model-node';

/** kube-apiserver gives up when etcd does not answer for 20 s, and so does its model: three times and more until then. */
const SLOW: Rule = { component: 'etcd', flag: '', startAfter: 100_000 };

/** An etcd with a big database takes its time, and the API server ends and starts again meanwhile: patience, not a rollback. */
export const slowEtcd: readonly Trial[] = [1, 3].flatMap(controlPlaneNodes => [
  {
    name: `the new etcd starts slowly, ${controlPlaneNodes} nodes`,
    run: async node => {
      node.behave([SLOW]);
      node.writeSpec({ controlPlaneNodes }, { healthSeconds: 20, soakSeconds: 1 });
      const ground = new Ground(node);
      const run = await node.apply().end;
      const check = new Check(run);
      check.equal('exit status', run.status, EXIT.done);
      check.none(ground.unfinished());
      check.equal('starts of etcd', node.starts('etcd').length, 2);
      check.equal('the API server ended without etcd', node.starts('kube-apiserver').length > 3, true);
      return check.problems;
    },
  },
  {
    name: `a rollback with an etcd that starts slowly, ${controlPlaneNodes} nodes`,
    run: async node => {
      node.behave([{ component: 'kube-apiserver', flag: '--tracing-config-file', neverReady: true }, SLOW]);
      node.writeSpec({ controlPlaneNodes }, { healthSeconds: 10, soakSeconds: 1 });
      const ground = new Ground(node);
      const run = await node.apply().end;
      const check = new Check(run);
      check.equal('exit status', run.status, EXIT.rolledBack);
      check.none(ground.unfinished());
      return check.problems;
    },
  },
]);
