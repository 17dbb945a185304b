import { Caller } from './caller';
import { Upstream } from './upstream';

/** Why tracing cannot work, and what to do. */
export class Refusal extends Error {}

const GROUPS = ['system:masters', 'system:monitoring'];
const RECIPE = 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/docs/how-to/trace.md#an-identity-that-may-ask-for-spans';
/** Before, kube-apiserver decides by itself which requests have spans. */
const FIRST_MINOR = 33;

/**
 * Asks the API server whether it would make spans for this caller.
 *
 * @returns what must be said, where tracing works in part
 * @throws Refusal where it cannot work
 */
export async function checkPreconditions(upstream: Upstream, caller: Caller): Promise<string[]> {
  await checkVersion(upstream);
  await checkIdentity(upstream);
  return checkApiServers(caller);
}

async function checkVersion(upstream: Upstream): Promise<void> {
  const { gitVersion = '' } = await upstream.ask('GET', '/version') as { readonly gitVersion?: string };
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  if (Number(major) > 1 || Number(minor) >= FIRST_MINOR) return;
  throw new Refusal(`the API server is ${gitVersion || 'of an unknown version'}, and a client can ask for the spans of a request from 1.${FIRST_MINOR} on: raise samplingRatePerMillion and use \`report\` instead`);
}

async function checkIdentity(upstream: Upstream): Promise<void> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const { status } = await upstream.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review) as {
    readonly status?: { readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[]; readonly extra?: object } };
  };
  const { username = '', groups = [] } = status?.userInfo ?? {};
  if (groups.some(group => GROUPS.includes(group))) return;
  throw new Refusal(`user ${username} is in ${groups.filter(group => group !== 'system:authenticated').join(', ') || 'no group'}, and the API server makes spans on demand only for ${GROUPS.join(' and ')}: `
    + `use an identity of one of them with --kubeconfig or --context. How to get a certificate for system:monitoring: ${RECIPE}`);
}

interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly Container[] };
}

/** Static pods can be seen; where the control plane is something else, or must not be seen, nothing is known. */
async function checkApiServers(caller: Caller): Promise<string[]> {
  let pods: readonly Pod[];
  try {
    ({ items: pods } = await caller.json('--namespace', 'kube-system', 'get', 'pods', '--selector', 'component=kube-apiserver', '--output', 'json') as { readonly items: readonly Pod[] });
  } catch (e) {
    return [`whether tracing is on cannot be seen: ${(e as Error).message}`];
  }
  const off = pods.filter(({ spec }) => !spec.containers.some(({ command = [], args = [] }) => [...command, ...args].some(word => /^--tracing-config-file=./.test(word))));
  if (off.length === 0) return [];
  const names = off.map(({ metadata, spec }) => spec.nodeName ?? metadata.name).sort().join(', ');
  if (off.length === pods.length) throw new Refusal(`tracing is off on ${names}: kube-apiserver has no --tracing-config-file. Switch it on with a TracingStack; samplingRatePerMillion: 0 is enough`);
  return [`tracing is off on ${names}: requests that are answered there have no spans`];
}
