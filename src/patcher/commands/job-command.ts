import { thisNode } from './this-node';
import { EXIT } from '../../patch-spec/exit-status';
import { SPEC_FILE, TRACING_CONFIG_FILE } from '../../patch-spec/layout';
import { parsePatchSpec } from '../../patch-spec/parse-patch-spec';
import { JobPod, PodEnd } from '../apply/job-pod';
import { Files } from '../host/files';
import { KubeApi } from '../host/kube-api';
import { NodeLock } from '../host/node-lock';
import { StopRequest } from '../host/stop-request';

/** What the Job tells its pods; see the container of the Job. */
export interface JobEnvironment {
  readonly NODE_NAME?: string;
  readonly JOB_UID?: string;
  readonly [name: string]: string | undefined;
}

/** A pod of the Job. @param directory where the ConfigMaps are mounted */
export async function jobCommand(directory: string, env: JobEnvironment, stop: StopRequest, print: (line: string) => void): Promise<PodEnd> {
  const { NODE_NAME: nodeName, JOB_UID: jobUid } = env;
  if (!nodeName || !jobUid) return { status: EXIT.usage, message: 'NODE_NAME and JOB_UID must be set: `job` runs in a pod of the Job' };
  const host = thisNode(stop, print);
  const files = new Files();
  let spec;
  let template;
  try {
    // A mounted ConfigMap's files are links that kubelet swaps; these are not the files of the node.
    spec = parsePatchSpec(files.readThroughLinks(`${directory}/${SPEC_FILE}`));
    template = files.readThroughLinks(`${directory}/${TRACING_CONFIG_FILE}`);
  } catch (e) {
    return { status: EXIT.usage, message: (e as Error).message };
  }
  const lock = () => NodeLock.take(spec.configDirectory);
  return new JobPod(host, KubeApi.inCluster(env), { spec, template, participant: { nodeName, jobUid }, lock }).carryOut();
}
