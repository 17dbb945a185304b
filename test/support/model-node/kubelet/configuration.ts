/** What a model of kubelet is told, as JSON in the environment. */
export interface KubeletConfiguration {
  readonly manifestsDirectory: string;
  /** What outlives kubelet: its containers, and the logs that tests read. */
  readonly stateDirectory: string;
  /** The stand-in for the components. */
  readonly stub: string;
  readonly controlFile: string;
  /** Time from the end of a pod's last process until its name is free. */
  readonly slotFreeMilliseconds: number;
  /** A pod that could not be started is looked at again after this long, plus up to a half. */
  readonly backOffMilliseconds: number;
  /** The pause before a container that crashed is started again; doubles each time. */
  readonly crashBackOffMilliseconds: number;
  readonly gracePeriodMilliseconds: number;
}

export const CONFIGURATION_VARIABLE = 'MODEL_KUBELET';

/** A change of what kubelet wants to run. */
export interface Transition {
  readonly at: number;
  readonly what: 'START' | 'RESTART' | 'KILL';
  readonly pod: string;
  readonly uid: string;
}

/** A process that kubelet has started. */
export interface ContainerStart {
  readonly at: number;
  readonly component: string;
  readonly uid: string;
  readonly pid: number;
  readonly argv: readonly string[];
}
