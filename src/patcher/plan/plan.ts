import { Certificates, NodeFile } from './certificates';
import { KubeadmRecord } from './kubeadm/kubeadm-record';
import { Refusal } from './refusal';
import { Endpoint } from '../../patch-spec/endpoint';
import { PatchSpec } from '../../patch-spec/patch-spec';

/** A file of the manifests directory that kubelet would read: any name without a leading dot. */
export interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

export type Component = 'kube-apiserver' | 'etcd';

/** What is known about this node; the spec is the same on all of them. */
export interface NodeFacts {
  readonly nodeName: string;
  /** Where the collector is; null only when the spec's state is disabled. */
  readonly endpoint: Endpoint | null;
  /** What kubeadm's configuration has of ours: for manifests that kubeadm has made from it. */
  readonly kubeadm?: KubeadmRecord;
  /** The file of the tracing configuration has another content than its path says, so that the API server that runs has read that. */
  readonly staleConfigFile?: boolean;
  /** Instead of the versions read from the images, for images whose tag says nothing. */
  readonly apiServerVersion?: string;
  readonly etcdVersion?: string;
}

export interface PlanInput {
  readonly spec: PatchSpec;
  readonly facts: NodeFacts;
  readonly manifests: readonly ManifestFile[];
  /** The TracingConfiguration of the ConfigMap, whose endpoint may still be a placeholder. */
  readonly template: string;
  /** Where the spec asks for TLS: what it works with. */
  readonly certificates?: Certificates;
}

/** What this node would do now: printable, and complete enough to be carried out without reading anything again. */
export interface Plan {
  /** In the order of work: kube-apiserver, etcd. Components that the spec leaves out, or that run elsewhere, are not listed. */
  readonly components: readonly ComponentPlan[];
  /** The file the API server will read, named by its content; null when tracing is not (to be) enabled on it. */
  readonly configFile: ConfigFile | null;
  /** The certificates that the components will read; empty where they send plain text. */
  readonly certificates: readonly NodeFile[];
  /** Things a person should know that are no obstacle, one sentence each. */
  readonly notes: readonly string[];
}

export interface ConfigFile {
  /** Absolute path on the node. */
  readonly path: string;
  readonly text: string;
}

export interface ComponentPlan {
  readonly component: Component;
  /** The file's name in the manifests directory. */
  readonly file: string;
  /** As read from the image, `1.37.2`. */
  readonly version: string;
  readonly before: string;
  /** Equal to `before` when there is nothing to do. */
  readonly after: string;
  /** `after` with one more annotation: what the first of two renames puts in place; a good end state too. */
  readonly interim: string;
  /** `before` with that annotation: what the first of two renames puts in place when the change is taken back. */
  readonly rollbackInterim: string;
  /** What changes and why, one sentence each; empty when nothing does. */
  readonly changes: readonly string[];
  /** The command line that the process has as long as `before` is in place. */
  readonly argvBefore: readonly string[];
  /** The command line that the new process will have (`command` followed by `args`). */
  readonly argv: readonly string[];
  /** Where the component answers, from its own probes. */
  readonly probes: readonly Probe[];
  /** Probes that only kubelet can carry out, in words. */
  readonly otherProbes: readonly string[];
  /** How long kubelet lets a start take before it ends the container; 0 without such a limit. */
  readonly startSeconds: number;
  /** How long kubelet lets its end take before it kills it. */
  readonly graceSeconds: number;
}

/** An HTTP or TCP probe of the component's container, resolved to numbers. */
export interface Probe {
  readonly kind: 'startup' | 'readiness' | 'liveness';
  readonly scheme: 'http' | 'https' | 'tcp';
  readonly host: string;
  readonly port: number;
  /** Empty for TCP. */
  readonly path: string;
  readonly headers?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly timeoutSeconds: number;
}

export type PlanResult =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };
