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

/**
 * A kubelet that was restarted while its API server was down deletes no pod until it has heard from the API once: the pod that must end is
 * never ended, and the one that must start waits for it. Another restart clears that, and a kubelet that gets SIGTERM is restarted by its
 * service manager (kubeadm's unit has `Restart=always`).
 *
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/kubelet.go (deletePod)
 *
 * @param leftOver processes of pods that kubelet has lost track of; they may hold the port
 */
export function healKubelet(host: Host, leftOver: readonly Process[]): void {
  const kubelet = findKubelet(host);
  if (kubelet === undefined) {
    host.log('kubelet is not running: it must be started for anything to go on');
    return;
  }
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
