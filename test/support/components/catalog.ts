/**
 * Which components can be built, and how each is built from its pinned Go module.
 * A module is a directory `modules/<family>-<version>`; a family can hold several components.
 */
import * as path from 'node:path';

/** A component to build, written `<name>@<version>`, for example `kube-apiserver@1.37.2`. */
export type ComponentId = `${string}@${string}`;

export interface Component {
  readonly id: ComponentId;
  readonly name: string;
  readonly version: string;
  /** The directory of the pinned Go module; components that share it are built by one `go build`. */
  readonly moduleDir: string;
  /** The Go package to build. */
  readonly package: string;
  readonly ldflags: readonly string[];
}

interface Family {
  readonly components: readonly string[];
  package(component: string): string;
  ldflags(version: string): string[];
}

/** The versions that the cluster tests and the demo run on. */
export const KUBERNETES_VERSION = '1.37.2';
export const ETCD_VERSION = '3.7.3';
export const COLLECTOR_VERSION = '0.161.0';
export const PAUSE_VERSION = '1';
/** Everything in one process, which keeps spans in memory. */
export const JAEGER_VERSION = '1.76.0';

const FAMILIES: Record<string, Family> = {
  kubernetes: {
    components: ['kube-apiserver', 'kubelet', 'kubeadm', 'kubectl', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'],
    package: (component) => `k8s.io/kubernetes/cmd/${component}`,
    // kubeadm and the feature gates decide by these; without them a binary calls itself v0.0.0-master.
    ldflags: (version) => {
      const [major, minor] = version.split('.');
      return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((pkg) => [
        `-X ${pkg}.gitVersion=v${version}`,
        `-X ${pkg}.gitMajor=${major}`,
        `-X ${pkg}.gitMinor=${minor}`,
        `-X ${pkg}.gitTreeState=clean`,
      ]);
    },
  },
  etcd: { components: ['etcd'], package: () => 'go.etcd.io/etcd/server/v3', ldflags: () => [] },
  collector: { components: ['otelcol-k8s'], package: () => '.', ldflags: (version) => [`-X main.version=${version}`] },
  balancer: { components: ['otelcol-balancer'], package: () => '.', ldflags: (version) => [`-X main.version=${version}`] },
  telemetrygen: {
    components: ['telemetrygen'],
    package: () => 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen',
    ldflags: () => [],
  },
  jaeger: { components: ['jaeger'], package: () => 'github.com/jaegertracing/jaeger/cmd/all-in-one', ldflags: () => [] },
  pause: { components: ['pause'], package: () => '.', ldflags: () => [] },
};

/** What a control plane is made of. */
export interface ClusterVersion {
  readonly kubernetes: string;
  /** May be a later patch release than kubeadm's tag says, because not every one can be built. */
  readonly etcd: string;
}

export const NEWEST: ClusterVersion = { kubernetes: KUBERNETES_VERSION, etcd: ETCD_VERSION };

/** Everything that a cluster needs. */
export function clusterComponents({ kubernetes, etcd }: ClusterVersion): ComponentId[] {
  return [
    ...FAMILIES.kubernetes!.components.map((name): ComponentId => `${name}@${kubernetes}`),
    `etcd@${etcd}`,
    `otelcol-k8s@${COLLECTOR_VERSION}`,
    `pause@${PAUSE_VERSION}`,
  ];
}

/** Those of the newest supported version. */
export const CLUSTER_COMPONENTS: readonly ComponentId[] = clusterComponents(NEWEST);

export function findComponent(id: ComponentId): Component {
  const [name, version] = id.split('@') as [string, string | undefined];
  const family = Object.keys(FAMILIES).find((key) => FAMILIES[key]!.components.includes(name));
  if (!family || !version) {
    const known = Object.values(FAMILIES).flatMap((entry) => entry.components);
    throw new Error(`unknown component '${id}': write <name>@<version>, with one of the names ${known.join(', ')}`);
  }
  const { ldflags, package: packageOf } = FAMILIES[family]!;
  return {
    id,
    name,
    version,
    moduleDir: path.join(__dirname, 'modules', `${family}-${version}`),
    package: packageOf(name),
    ldflags: ['-s', '-w', ...ldflags(version)],
  };
}
