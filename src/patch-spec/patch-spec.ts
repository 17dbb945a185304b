import { Endpoint } from './endpoint';
import { ResourceAttributes } from './resource-attributes';

/**
 * Raised by any change to the format, additions included: a reader that skips a field it does not know
 * would carry out half of what was asked.
 */
export const PATCH_SPEC_VERSION = 3;

/**
 * What must be true on every control-plane node: intent only, complete, and the same for all nodes.
 * The constructs write it, the patch program reads it; the program has no defaults of its own.
 */
export interface PatchSpec {
  readonly version: typeof PATCH_SPEC_VERSION;
  readonly state: 'enabled' | 'disabled';
  /** Any string; part of the content hash, so that another value asks for another run. */
  readonly runId: string;
  /** How many control-plane nodes the cluster must have. */
  readonly controlPlaneNodes: number;
  readonly collector: CollectorAddress;
  /** null: the API server is not touched. */
  readonly apiServer: ApiServerIntent | null;
  /** null: etcd is not touched. */
  readonly etcd: EtcdIntent | null;
  /** How the spans of both say where they come from. */
  readonly identity: Identity;
  /** Left out where the components send plain text. */
  readonly componentTls?: ComponentTls;
  /** Left out where it is false: a tracing setup that was made by hand is in the way. True: it is taken over, and given back by `disabled`. */
  readonly adopt?: true;
  /** kubeadm's own configuration: `write` the same settings there, `remove` them, or `compare` its version only. Left out: it is not looked at. */
  readonly kubeadmConfig?: 'write' | 'remove' | 'compare';
  /** Where kubelet reads static pods, as on the node. */
  readonly manifestsDirectory: string;
  /** Our own directory on the node: configuration files, backups, journal. */
  readonly configDirectory: string;
  /** The turn-taking Lease; never synthesized, the program makes it. */
  readonly lease: ObjectName;
  /** Label selector of all Jobs of this stack, in the Lease's namespace. */
  readonly jobSelector: string;
  readonly timing: Timing;
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Where the components send their spans; how many the API server sends is in the TracingConfiguration. */
export type CollectorAddress = ServiceAddress | FixedEndpoint;

/** A Service of the cluster; its cluster IP is read from the API, never resolved by DNS. */
export interface ServiceAddress extends ObjectName {
  readonly kind: 'service';
  readonly port: number;
  /** The IP the Service must have, or null where the cluster allocates it. */
  readonly clusterIP: string | null;
}

/** An address that no API object describes, such as a node-local agent. */
export interface FixedEndpoint extends Endpoint {
  readonly kind: 'endpoint';
}

/** The address, where it is known without asking the cluster. */
export function fixedEndpoint(address: CollectorAddress): Endpoint | undefined {
  if (address.kind === 'endpoint') return { host: address.host, port: address.port };
  return address.clusterIP === null ? undefined : { host: address.clusterIP, port: address.port };
}

export interface ApiServerIntent {
  /** null: `--v` is left alone. */
  readonly verbosity: Verbosity | null;
  /** For an image whose tag does not tell the version; left out where all do. */
  readonly version?: string;
}

export interface Verbosity {
  readonly level: number;
  /** Whether a `--v` that the manifest already sets is replaced. */
  readonly replaceExisting: boolean;
}

export interface EtcdIntent {
  readonly serviceName: string;
  /** 0 to 1000000; 0 records exactly the children of sampled requests. */
  readonly samplingRatePerMillion: number;
  /** As that of the API server. */
  readonly version?: string;
}

export interface Identity {
  /** Whether the components name their node, as `k8s.node.name`. */
  readonly nodeName: boolean;
  /** Further attributes, as they are meant: nothing is encoded yet. */
  readonly attributes: ResourceAttributes;
}

/** The certificates themselves are files beside the spec; a key is in no spec. */
export interface ComponentTls {
  /** Whether the components show a certificate of their own. */
  readonly clientCertificate: boolean;
}

/** All in seconds. */
export interface Timing {
  /** How long to wait for the collector before giving up with nothing touched. */
  readonly collectorWaitSeconds: number;
  /** How long to wait for all pods of the Job to check in, and for the other nodes' turns. */
  readonly turnWaitSeconds: number;
  /** How long new processes may take to be healthy before the change is rolled back. */
  readonly healthSeconds: number;
  /** How long a new etcd that runs may take to answer; only then does the time of the API server begin. */
  readonly etcdStartSeconds: number;
  /** How long healthy processes are watched before the change is confirmed. */
  readonly soakSeconds: number;
  /** One control-plane node only: how long in-flight requests have between the closed port and the second SIGTERM. */
  readonly drainSeconds: number;
}
