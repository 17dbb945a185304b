/** What the constructs, the program and the node call things: contract, written once. */

/** As kubeadm lays it out, and as the Job mounts it. */
export const MANIFESTS_DIRECTORY = '/etc/kubernetes/manifests';

/** Our own directory on the node: tracing configurations, backups, journal. */
export const CONFIG_DIRECTORY = '/etc/kubernetes/tracing';

/** The file's name: as a key of the ConfigMap, and where the Job mounts it. */
export const TRACING_CONFIG_FILE = 'tracing-config.yaml';

/** The spec's file: as a key of the program's ConfigMap, and where the Job mounts it. */
export const SPEC_FILE = 'spec.json';

/** Where kubeadm keeps its configuration (https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-reconfigure/). */
export const KUBEADM_CONFIG = { namespace: 'kube-system', name: 'kubeadm-config', key: 'ClusterConfiguration' } as const;

/** Where the Job mounts the program. Seen from there it is another directory, as the files of a mounted ConfigMap are links. */
export const PROGRAM_DIRECTORY = '/opt/cdk8s-control-plane-tracing';

/** Certificates for the components, as the Job mounts them: in a directory of their own. */
export const COMPONENT_TLS_DIRECTORY = `${PROGRAM_DIRECTORY}-tls`;
export const COMPONENT_TLS_FILES = { ca: 'ca.crt', certificate: 'tls.crt', key: 'tls.key' } as const;

/** The port that OTLP over gRPC has by convention. */
export const OTLP_GRPC_PORT = 4317;

/** The domain of every label and annotation of ours. */
export const DOMAIN = 'cdk8s-control-plane-tracing.github.io';

/** Beside the Lease of the turns: when the first of the certificates on the nodes expires. */
export function certificateLease<Lease extends { readonly name: string }>(lease: Lease): Lease {
  return { ...lease, name: `${lease.name}-certificates` };
}
