import { Duration } from 'cdk8s';
import { ControlPlaneComponent } from './control-plane-component';
import { TracingConfig } from './tracing-config';
import { TracingState } from './tracing-state';

/**
 * How the control plane is edited.
 */
export interface ControlPlanePatchOptions {
  /**
   * How many control-plane nodes the cluster has: 1 to 100. The Job touches nothing where it finds another number.
   *
   * Two are a deliberate choice: an etcd of two members has no quorum while one of them restarts, so that nothing can be written for some
   * seconds in each node's turn.
   *
   * @default 1
   */
  readonly controlPlaneNodes?: number;

  /**
   * Whether the control plane shall be tracing, or as it was before.
   *
   * @default TracingState.ENABLED
   */
  readonly state?: TracingState;

  /**
   * The components that shall send spans.
   *
   * Where etcd does not run on the control-plane nodes, the Job sees that and says so, and sets up the API server alone.
   *
   * @default - the API server and etcd
   */
  readonly components?: ControlPlaneComponent[];

  /**
   * The verbosity of the API server's log, its flag `--v`: 0 to 10. Replaces a verbosity that the manifest already sets. Refused where
   * `components` has no API server.
   *
   * At 6 and above the log holds the URL of every request.
   *
   * @default - 6 where the manifest sets none; one that it sets stays
   */
  readonly apiServerVerbosity?: number;

  /**
   * Leaves the verbosity of the API server's log as it is, also where the manifest sets none. Refused where `components` has no API server.
   *
   * @default false
   */
  readonly keepApiServerVerbosity?: boolean;

  /**
   * How many of a million requests to etcd begin a trace of their own: 0 to 1000000.
   *
   * Refused where `components` has no etcd. At 0 etcd records exactly the requests that belong to a sampled request of the API server, so that every span of etcd joins a trace.
   *
   * @default 0
   */
  readonly etcdSamplingRatePerMillion?: number;

  /**
   * Whether a tracing setup that somebody made by hand is taken over: flags with the wanted values stay, other values, the mount and the volume
   * are replaced, and the files on the nodes stay. `TracingState.DISABLED` gives the hand-made setup back.
   *
   * Leave it on as long as the control plane is tracing. Where false, such a setup is in the way, and nothing is touched.
   *
   * @default false
   */
  readonly adopt?: boolean;

  /**
   * Any text of at most 200 characters. Another text asks for another run of the Job: after a failure, after `kubeadm upgrade`, or when a node was replaced.
   *
   * Needed after a failed Job also where you go back in Git to the objects of before: their Job is there already and has run, so that nothing
   * runs (`kubectl apply` says `unchanged`).
   *
   * @default ""
   */
  readonly runId?: string;

  /**
   * An image that has Node.js 20 or newer as `node`. Pulled if not present.
   *
   * @default "node:24-alpine"
   */
  readonly patchImage?: string;

  /**
   * Names of Secrets, in the namespace of the pods that use them, with which their images are pulled.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Whether the Job's pods are privileged, as hosts that enforce SELinux need it.
   *
   * Without, they drop every capability but KILL, and run confined by the runtime's seccomp profile.
   *
   * @default true
   */
  readonly privileged?: boolean;

  /**
   * How long the Job waits for the collector to be ready, before it fails with nothing touched: 1 second to 1 day.
   *
   * @default Duration.minutes(5)
   */
  readonly collectorWait?: Duration;

  /**
   * How long a pod waits for those of the other nodes without anything happening, to check in and to have had their turns: 1 second to 1 day.
   *
   * At least what a turn can take: twice `healthTimeout`, and `soak`. The default has room for `etcdStartTimeout` on several nodes.
   *
   * @default - 15 minutes for each control-plane node, or what a turn can take and 4 minutes if that is longer; at most 1 day
   */
  readonly turnWait?: Duration;

  /**
   * How long the new processes may take to be healthy before the change is rolled back: 10 seconds to 1 hour, and at least 1 minute with several
   * control-plane nodes, where kubelet takes up to 45 seconds from the old process to the new one.
   *
   * A process that lives and has not started yet is given at least what the startup probe in its manifest allows (kubeadm: 250 seconds).
   *
   * @default Duration.minutes(5)
   */
  readonly healthTimeout?: Duration;

  /**
   * How long a new etcd that runs may take to answer: 0 seconds to 1 day. `healthTimeout` begins anew for the API server when it does.
   *
   * A big database takes minutes to open and to check, and all the while etcd is healthy but silent: give a database of many gigabytes,
   * or one on slow disks, more time than its longest start so far. The startup probe in etcd's manifest still ends an etcd that takes longer than it allows.
   *
   * @default Duration.minutes(30)
   */
  readonly etcdStartTimeout?: Duration;

  /**
   * How long healthy processes are watched before the change is confirmed: 0 seconds to 1 hour.
   *
   * @default Duration.seconds(10)
   */
  readonly soak?: Duration;

  /**
   * With one control-plane node only: how long requests in flight have, once the API server has closed its port, before it is
   * told a second time to stop: 0 to 60 seconds. No effect with several control-plane nodes.
   *
   * @default Duration.seconds(1)
   */
  readonly drain?: Duration;

  /**
   * What the names of the patch's objects are or begin with: at most 40 lower-case letters, digits or "-".
   *
   * @default "control-plane-tracing"
   */
  readonly name?: string;

  /**
   * Labels that all objects carry beside their own. The Job's pods carry none of them, as a Job's pods cannot be changed.
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

/**
 * Properties of `ControlPlanePatch`.
 */
export interface ControlPlanePatchProps extends ControlPlanePatchOptions {
  /**
   * The configuration of the API server's tracing. Its collector and its namespace are the patch's too; its sampling rate has no effect where
   * `components` has no API server.
   */
  readonly tracingConfig: TracingConfig;
}
