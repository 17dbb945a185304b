import { ADOPT_USAGE, Intent, INTENT_OPTIONS, INTENT_USAGE, readIntent, takeAdopt } from './intent-options';
import { fromDirectory } from './manifests-directory';
import { nodeNameOf } from './node-name';
import { readOptions, UsageError } from './options';
import { thisNode } from './this-node';
import { EXIT } from '../../patch-spec/exit-status';
import { readManifests } from '../apply/manifest-directory';
import { crashed, exitStatus, sentence, truthful } from '../apply/outcome';
import { Run } from '../apply/run';
import { NodeLock } from '../host/node-lock';
import { StopRequest } from '../host/stop-request';
import { Refused } from '../plan/refusal';

export const NODE_USAGE = `usage: cdk8s-control-plane-tracing apply --control-plane-nodes N --endpoint IP:PORT [options]
       cdk8s-control-plane-tracing revert --control-plane-nodes N [options]

On a control-plane node, as root: does what a pod of the Job does. One node at a time: nothing here asks the other nodes.

  --control-plane-nodes N           how many the cluster has (or what the spec says); on the only one, the components are not drained
${INTENT_USAGE}${ADOPT_USAGE}
exit status: 0 done or nothing to do, 1 stopped (run it again), 10 refused, 11 rolled back, 12 the node needs a person, ${EXIT.usage} wrong usage
`;

export interface NodeEnd {
  readonly status: number;
  readonly message: string;
}

const OPTIONS = [...INTENT_OPTIONS.filter(name => name !== 'state'), 'control-plane-nodes'] as const;

/** The same engine as in the Job, without the turns. @param now part of the name of this run: each call is a new one */
export async function nodeCommand(
  args: readonly string[], state: 'enabled' | 'disabled', now: string, stop: StopRequest, print: (line: string) => void,
): Promise<NodeEnd> {
  const host = thisNode(stop, print);
  let run;
  let lock;
  try {
    const { spec, facts, nodeName, template, certificates } = readNodeOptions(args, state);
    const read = () => fromDirectory(spec.manifestsDirectory, () => readManifests(host.files, spec.manifestsDirectory));
    const name = nodeNameOf(nodeName, spec, nodeName === undefined ? read() : []);
    run = new Run(host, { spec, template, certificates, facts: { ...facts, nodeName: name }, run: `by hand ${now}` });
    lock = await NodeLock.take(spec.configDirectory);
  } catch (e) {
    if (e instanceof Refused) return { status: EXIT.refused, message: sentence({ kind: 'refused', code: e.refusal.code, reason: `${e.refusal.at}: ${e.refusal.message}` }) };
    if (e instanceof UsageError) throw e;
    return { status: EXIT.refused, message: sentence({ kind: 'refused', code: 'unsafe-file', reason: (e as Error).message }) };
  }
  if (!lock) return { status: EXIT.refused, message: 'refused, nothing was touched [locked]: another program of this kind works on this node' };
  try {
    const outcome = truthful(await run.execute(), host.touched);
    return { status: exitStatus(outcome), message: sentence(outcome, host.touched) };
  } catch (e) {
    return crashed(e, host.touched);
  } finally {
    await lock.release();
  }
}

/** Throws an error that names the option, its value and what is allowed. */
export function readNodeOptions(args: readonly string[], state: 'enabled' | 'disabled'): Intent {
  const { adopt, rest } = takeAdopt(args);
  if (adopt && state === 'disabled') throw new UsageError('--adopt must be left out: revert gives back what was there before, a setup made by hand too');
  const { values } = readOptions(rest, OPTIONS);
  const intent = readIntent({ ...values, state });
  const nodes = values['control-plane-nodes'] ?? (values.spec === undefined ? undefined : String(intent.spec.controlPlaneNodes));
  return { ...intent, spec: { ...intent.spec, controlPlaneNodes: nodesFrom(nodes), ...adopt && { adopt } } };
}

/** No default: on a cluster with several, taking the node for the only one would end requests early. */
function nodesFrom(text: string | undefined): number {
  if (text === undefined) throw new UsageError('--control-plane-nodes is required: how many control-plane nodes the cluster has');
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError(`--control-plane-nodes (${text}) must be a whole number from 1 to 999`);
  return Number(text);
}
