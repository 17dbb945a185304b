import { Duration } from 'cdk8s';
import { ComponentTlsOptions } from './component-tls-options';
import { ControlPlaneComponent } from './control-plane-component';
import { TracingConfig } from './tracing-config';
import { TracingState } from './tracing-state';
import { UpkeepOptions } from './upkeep-options';

/**
 * Options for the Job that edits the control plane.
 */
export interface ControlPlanePatchOptions {
  /**
   * Number of control-plane nodes in the cluster: 1 to 100. If the Job finds another number, it touches nothing.
   *
   * Choose 2 deliberately: an etcd of two members has no quorum while one of them restarts, so that writes fail for some seconds
   * in each node's turn.
   *
   * @default 1
   */
  readonly controlPlaneNodes?: number;

  /**
   * Desired state of the control plane: tracing, or as it was before.
   *
   * @default TracingState.ENABLED
   */
  readonly state?: TracingState;

  /**
   * Components that send spans.
   *
   * If etcd does not run on the control-plane nodes, the Job says so and sets up the API server alone.
   *
   * @default - the API server and etcd
   */
  readonly components?: ControlPlaneComponent[];

  /**
   * Verbosity of the API server's log, its flag `--v`: 0 to 10. It replaces a verbosity that the manifest already sets. Refused if
   * `components` has no API server.
   *
   * At 6 and above the log holds the URL of every request.
   *
   * @default - 6 where the manifest sets none; one that it sets stays
   */
  readonly apiServerVerbosity?: number;

  /**
   * Whether to keep the verbosity of the API server's log as it is, also if the manifest sets none. Refused if `components` has no API server.
   *
   * @default false
   */
  readonly keepApiServerVerbosity?: boolean;

  /**
   * Number of etcd requests in a million that begin a trace of their own: 0 to 1000000. Refused if `components` has no etcd.
   *
   * At 0, etcd records exactly the requests that belong to a sampled API request, so that every span of etcd joins a trace.
   *
   * @default 0
   */
  readonly etcdSamplingRatePerMillion?: number;

  /**
   * Name of the cluster, as the attribute `k8s.cluster.name` of every span, so that several clusters can share one backend.
   *
   * The components say it themselves, through the variable `OTEL_RESOURCE_ATTRIBUTES` in their manifests, so that it also reaches a collector
   * that nobody has told the cluster's name.
   *
   * @default - the spans do not name their cluster
   */
  readonly clusterName?: string;

  /**
   * Further attributes of every span (OpenTelemetry's resource attributes), by their names, such as `deployment.environment.name`.
   *
   * No secrets: who may read Pods in kube-system can read the environment of the components.
   *
   * @default - none
   * @see https://opentelemetry.io/docs/specs/semconv/resource/
   */
  readonly resourceAttributes?: { [key: string]: string };

  /**
   * Whether the components name their node in every span, as `k8s.node.name`. Where a manifest sets `OTEL_RESOURCE_ATTRIBUTES` already,
   * that variable stays as it is.
   *
   * @default true
   */
  readonly nodeNameAttribute?: boolean;

  /**
   * Certificates by which the components send their spans with TLS, without an agent. The address of the collector must be fixed
   * (`clusterIP`), because its certificate is for an IP address. The Job tries the certificates against the collector from every node before
   * it touches the first manifest. A renewed certificate takes another run (`runId`), with one restart of each component.
   *
   * @default - the components send plain text
   */
  readonly componentTls?: ComponentTlsOptions;

  /**
   * Whether to take over a tracing setup that somebody made by hand: flags with the wanted values stay, other values, the mount and the volume
   * are replaced, and the files on the nodes stay. `TracingState.DISABLED` gives the hand-made setup back.
   *
   * Keep it true as long as the control plane is tracing. If false, the Job refuses such a setup and touches nothing.
   *
   * @default false
   */
  readonly adopt?: boolean;

  /**
   * Version of the API server, such as "1.37.2", for an image whose tag does not tell it: one by digest alone, or a tag of one's own.
   * Where a tag tells a version, the tag counts. Refused if `components` has no API server.
   *
   * @default - the Job refuses an image that does not tell its version
   */
  readonly kubernetesVersion?: string;

  /**
   * Version of etcd, such as "3.7.0", for an image whose tag does not tell it: one by digest alone, or a tag of one's own. Where a tag tells a
   * version, the tag counts. Refused if `components` has no etcd.
   *
   * @default - the Job refuses an image that does not tell its version
   */
  readonly etcdVersion?: string;

  /**
   * What keeps the result of the Job: after `kubeadm upgrade`, on new nodes and on replaced ones.
   *
   * @default - nothing: after an upgrade, change `runId`
   */
  readonly upkeep?: UpkeepOptions;

  /**
   * Any text of at most 200 characters. To run the Job again, change the text: after a failure, after `kubeadm upgrade`, or when a node was replaced.
   *
   * Change it also when you revert in Git after a failed Job: the Job of the older commit exists already, so that nothing runs
   * (`kubectl apply` says `unchanged`).
   *
   * @default ""
   */
  readonly runId?: string;

  /**
   * Image of the Job, with Node.js 20 or newer as `node`. It is pulled if not present.
   *
   * @default "node:24-alpine"
   */
  readonly patchImage?: string;

  /**
   * Names of the image pull Secrets, in the namespace of the pods that use them.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Whether the Job's pods are privileged. Hosts that enforce SELinux need it.
   *
   * If false, the pods drop every capability but KILL and run under the runtime's seccomp profile.
   *
   * @default true
   */
  readonly privileged?: boolean;

  /**
   * Time to wait for a ready collector before the Job fails with nothing touched: 1 second to 1 day.
   *
   * @default Duration.minutes(5)
   */
  readonly collectorWait?: Duration;

  /**
   * Time that a pod waits for the pods of other nodes without any progress: 1 second to 1 day.
   *
   * At least what a turn can take: twice `healthTimeout`, and `soak`. The default has room for `etcdStartTimeout` on several nodes.
   *
   * @default - 15 minutes for each control-plane node, or what a turn can take and 4 minutes if that is longer; at most 1 day
   */
  readonly turnWait?: Duration;

  /**
   * Time for the new processes to become healthy before the change is rolled back: 10 seconds to 1 hour, and at least 1 minute with several
   * control-plane nodes, where kubelet takes up to 45 seconds from the old process to the new one.
   *
   * A process that has not started yet gets at least the time of the startup probe in its manifest (kubeadm: 250 seconds).
   *
   * @default Duration.minutes(5)
   */
  readonly healthTimeout?: Duration;

  /**
   * Time for a new etcd process to answer: 0 seconds to 1 day. `healthTimeout` starts for the API server when etcd answers.
   *
   * A big database takes minutes to open and to check, and all the while etcd is healthy but silent: give a database of many gigabytes,
   * or one on slow disks, more time than its longest start so far. The startup probe in etcd's manifest still ends an etcd that takes longer than it allows.
   *
   * @default Duration.minutes(30)
   */
  readonly etcdStartTimeout?: Duration;

  /**
   * Time to watch healthy processes before the change is confirmed: 0 seconds to 1 hour.
   *
   * @default Duration.seconds(10)
   */
  readonly soak?: Duration;

  /**
   * Time for requests in flight between the closed port of the API server and the second signal to stop: 0 to 60 seconds.
   * Refused with several control-plane nodes, where the API server drains in its own time.
   *
   * @default Duration.seconds(1)
   */
  readonly drain?: Duration;

  /**
   * Name, or prefix of the names, of the patch's objects: at most 40 lower-case letters, digits or "-".
   *
   * @default "control-plane-tracing"
   */
  readonly name?: string;

  /**
   * Labels of all objects, in addition to their own. The Job's pods do not get them, because the pods of a Job cannot be changed.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of all objects.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * Properties of `ControlPlanePatch`.
 */
export interface ControlPlanePatchProps extends ControlPlanePatchOptions {
  /**
   * Configuration of the API server's tracing. The Job uses its collector and its namespace. Its sampling rate has no effect if
   * `components` has no API server.
   */
  readonly tracingConfig: TracingConfig;
}
