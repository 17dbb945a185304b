import { thisNode } from './this-node';
import { EXIT } from '../../patch-spec/exit-status';
import { COMPONENT_TLS_DIRECTORY, COMPONENT_TLS_FILES, SPEC_FILE, TRACING_CONFIG_FILE } from '../../patch-spec/layout';
import { parsePatchSpec } from '../../patch-spec/parse-patch-spec';
import { ComponentTls } from '../../patch-spec/patch-spec';
import { JobPod, PodEnd } from '../apply/job-pod';
import { Files } from '../host/files';
import { KubeApi } from '../host/kube-api';
import { NodeLock } from '../host/node-lock';
import { StopRequest } from '../host/stop-request';
import { Certificates } from '../plan/certificates';

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
  const certificates = () => mountedCertificates(files, COMPONENT_TLS_DIRECTORY, spec.componentTls);
  const lock = () => NodeLock.take(spec.configDirectory);
  return new JobPod(host, KubeApi.inCluster(env), { spec, template, certificates, participant: { nodeName, jobUid }, lock }).carryOut();
}

/** What kubelet has mounted by now: a Secret that comes later appears by itself. @returns what is missing, in words */
export function mountedCertificates(files: Files, directory: string, wanted: ComponentTls | undefined): Certificates | string | undefined {
  if (wanted === undefined) return undefined;
  const { ca, certificate, key } = COMPONENT_TLS_FILES;
  const missing = [ca, ...wanted.clientCertificate ? [certificate, key] : []].find(file => !files.existsBehindLinks(`${directory}/${file}`));
  if (missing === ca) return 'the Secret or ConfigMap of componentTls.ca, or the key in it, is not in the namespace of the Job';
  if (missing !== undefined) return `the Secret of componentTls.clientCertificate, or the key for ${missing} in it, is not in the namespace of the Job`;
  const read = (file: string) => files.readThroughLinks(`${directory}/${file}`);
  return { ca: read(ca), client: wanted.clientCertificate ? { certificate: read(certificate), key: read(key) } : null };
}
