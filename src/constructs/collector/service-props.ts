/**
 * An IP family of a Service.
 */
export enum ServiceIpFamily {
  /** IPv4. */
  IPV4 = 'IPv4',
  /** IPv6. */
  IPV6 = 'IPv6',
}

/**
 * IP family policy of a Service.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dual-stack/
 */
export enum ServiceIpFamilyPolicy {
  /** One. */
  SINGLE_STACK = 'SingleStack',
  /** Two where the cluster has two, otherwise one. */
  PREFER_DUAL_STACK = 'PreferDualStack',
  /** Two; a cluster that has one refuses the Service. */
  REQUIRE_DUAL_STACK = 'RequireDualStack',
}

/**
 * Traffic distribution of a Service: the pods that are preferred.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution
 */
export enum ServiceTrafficDistribution {
  /** Pods of the sender's zone. From Kubernetes 1.31 on. */
  PREFER_CLOSE = 'PreferClose',
  /** Pods of the sender's zone, by a clearer name. From Kubernetes 1.34 on. */
  PREFER_SAME_ZONE = 'PreferSameZone',
  /** Pods of the sender's node, then of its zone. From Kubernetes 1.34 on. */
  PREFER_SAME_NODE = 'PreferSameNode',
}

/**
 * Internal traffic policy of a Service: the pods that can be reached from inside the cluster.
 */
export enum ServiceInternalTrafficPolicy {
  /** All. */
  CLUSTER = 'Cluster',
  /** Those of the sender's node only: spans from a node without a pod are lost. */
  LOCAL = 'Local',
}

/**
 * Options for the collector's Service.
 */
export interface CollectorServiceProps {
  /**
   * Fixed cluster IP of the Service, such as `10.96.0.50`. An existing Service keeps its cluster IP: Kubernetes refuses a change.
   *
   * @default - the cluster allocates one
   * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
   */
  readonly clusterIP?: string;

  /**
   * IP families of the Service, the one of its cluster IP first. With them, the collector listens on every address of its pod.
   *
   * Give them on a dual-stack cluster where the Service's family is not the first one of the pods.
   *
   * @default - that of the cluster IP, or the first one of the cluster
   */
  readonly ipFamilies?: ServiceIpFamily[];

  /**
   * Number of IP families of the Service: one or two.
   *
   * @default - one
   */
  readonly ipFamilyPolicy?: ServiceIpFamilyPolicy;

  /**
   * Pods that are preferred. API servers that do not know the field ignore it.
   *
   * @default - all alike
   */
  readonly trafficDistribution?: ServiceTrafficDistribution;

  /**
   * Pods that spans can reach: all of them, or only those on the sender's node.
   *
   * @default ServiceInternalTrafficPolicy.CLUSTER
   */
  readonly internalTrafficPolicy?: ServiceInternalTrafficPolicy;
}
