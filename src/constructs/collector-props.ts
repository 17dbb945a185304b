import { Duration, Size } from 'cdk8s';
import { ISpanExporter } from './span-exporter';

/**
 * What a collector is and what it does with spans.
 */
export interface CollectorOptions {
  /**
   * Where the spans go; each of them gets every span.
   *
   * @default - `SpanExporter.debug()`: the spans are shown in the collector's log
   */
  readonly exporters?: ISpanExporter[];

  /**
   * What the cluster is called: every span gets it as `k8s.cluster.name`, so that several clusters can share one backend.
   *
   * @default - the spans do not name their cluster
   */
  readonly clusterName?: string;

  /**
   * The fixed cluster IP of the Service, such as `10.96.0.50`.
   *
   * @default - the cluster allocates one
   * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
   */
  readonly clusterIP?: string;

  /**
   * How many pods share the work: 1 to 100.
   *
   * One pod is enough for most control planes; a second one lets spans through while the first one moves.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * The CPU time that a pod is guaranteed, in thousandths of a core.
   *
   * @default 100
   */
  readonly cpuRequestMillis?: number;

  /**
   * The memory that a pod may use: at least 128 MiB. Go's garbage collector is told to stay below 80 % of it.
   *
   * @default Size.mebibytes(512)
   */
  readonly memoryLimit?: Size;

  /**
   * The memory that a pod is guaranteed: at most `memoryLimit`.
   *
   * @default - a quarter of `memoryLimit`
   */
  readonly memoryRequest?: Size;

  /**
   * The collector's image, for a mirror, a digest or a build of your own.
   *
   * @default - the image of the OpenTelemetry project's distribution for Kubernetes, in the version that this library was tested with
   */
  readonly collectorImage?: string;

  /**
   * Names of Secrets, in the collector's namespace, with which its image is pulled.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * The age at which the collector asks clients to connect anew: 10 seconds to 1 day.
   *
   * Without, a client keeps the connection that it has, and pods that are added get nothing to do.
   *
   * @default Duration.minutes(1)
   */
  readonly maxConnectionAge?: Duration;

  /**
   * How long a pod that is told to stop may take to send what it holds: 10 seconds to 1 hour.
   *
   * @default Duration.minutes(1)
   */
  readonly terminationGracePeriod?: Duration;
}

/**
 * Properties of `Collector`.
 */
export interface CollectorProps extends CollectorOptions {
  /**
   * The namespace of all objects.
   *
   * @default - that of the chart, or "control-plane-tracing" where it has none
   */
  readonly namespace?: string;

  /**
   * What the names of the objects begin with: at most 40 lower-case letters, digits or "-".
   *
   * @default "control-plane-tracing"
   */
  readonly name?: string;

  /**
   * Labels that all objects carry beside their own.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations that all objects carry.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}
