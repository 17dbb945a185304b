import { same } from './health';
import { Host } from '../host/host';
import { Process, ProcessId } from '../host/processes';

/** The node's kubelet, or undefined when there is none or more than one. */
export function findKubelet(host: Host): Process | undefined {
  const found = host.processes.named('kubelet');
  return found.length === 1 ? found[0] : undefined;
}

/** Whether the kubelet of before has ended. Whatever else bears its name by now says nothing. */
export function wasRestarted(host: Host, before: ProcessId | null): boolean {
  return before === null || !host.processes.isAlive(before);
}

/** No new process for so long after the old ones have gone, and it will not come by itself: kubelet looks again after 15 s at the latest. */
const STUCK = 30_000;
/** kubelet ends a pod's processes after 30 s at the latest, if it has not been given more: what runs for longer after a rename is not being ended. */
export const NOT_ENDING = 45_000;

/** When a manifest was renamed last, and the kubelet of that moment: null for one of an earlier boot, undefined where it is not known. */
export interface LastRename {
  readonly at: number;
  readonly kubelet: ProcessId | null | undefined;
}

export interface Situation {
  /** kubelet as it was before the first rename of all. */
  readonly kubelet: ProcessId | null;
  readonly lastRename: LastRename | undefined;
  /** After a rename, how long what was there may take to end. */
  readonly endMilliseconds: number;
  /** Processes of before that should have ended by now. */
  leftOver(): readonly Process[];
  /** Whether the API server of this node answers. */
  apiAnswers(): Promise<boolean>;
}

/**
 * A kubelet that was restarted while its API server was down deletes no pod until it has heard from the API once: the pod that must end is
 * never ended, and the one that must start waits for it. Another restart clears that, and a kubelet that gets SIGTERM is restarted by its
 * service manager (kubeadm's unit has `Restart=always`).
 *
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/kubelet.go (deletePod)
 */
export class Deadlock {
  private leftOverSeen: number;

  public constructor(private readonly host: Host, private readonly situation: Situation) {
    this.leftOverSeen = host.clock.now();
  }

  /** To be asked again and again while nothing new starts. @returns whether that was the deadlock, and was dealt with */
  public async cure(): Promise<boolean> {
    const { host, situation } = this;
    const leftOver = situation.leftOver();
    if (leftOver.length > 0) this.leftOverSeen = host.clock.now();
    if (!wasRestarted(host, situation.kubelet) || this.isEarly(leftOver)) return false;
    const kubelet = findKubelet(host);
    if (kubelet === undefined) {
      host.log('kubelet is not running: it must be started for anything to go on');
      return true;
    }
    // A kubelet that came after the last rename has nothing to delete; and one that hears from the API goes on by itself.
    const { lastRename } = situation;
    const cameLater = lastRename?.kubelet === null || lastRename?.kubelet !== undefined && !same(lastRename.kubelet, kubelet);
    if (cameLater || await situation.apiAnswers()) return false;
    healKubelet(host, kubelet, leftOver);
    return true;
  }

  /** Restarted or not, kubelet takes its time to end what was there and to start what is wanted. */
  private isEarly(leftOver: readonly Process[]): boolean {
    const { clock } = this.host;
    if (leftOver.length === 0) return clock.now() - this.leftOverSeen < STUCK;
    return this.situation.lastRename !== undefined && clock.now() - this.situation.lastRename.at < this.situation.endMilliseconds;
  }
}

/** @param leftOver processes of pods that kubelet has lost track of; they may hold the port */
function healKubelet(host: Host, kubelet: Process, leftOver: readonly Process[]): void {
  try {
    for (const process of leftOver) {
      if (host.processes.signal(process, 'SIGKILL')) host.log(`ended PID ${process.pid}, which kubelet had lost track of`);
    }
    if (host.processes.signal(kubelet, 'SIGTERM')) {
      host.log(`kubelet was restarted while the API server was down and waits for it for ever: restarting it once more (SIGTERM to PID ${kubelet.pid})`);
    }
  } catch (e) {
    host.log(`kubelet hangs and could not be restarted from here (${(e as Error).message}): run \`systemctl restart kubelet\` on the node`);
  }
}
