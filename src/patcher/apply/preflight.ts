import { matches } from './health';
import { findKubelet } from './kubelet';
import { eventually } from '../host/clock';
import { addressOf } from '../host/endpoints';
import { Host } from '../host/host';
import { Process } from '../host/processes';
import { ComponentPlan } from '../plan/plan';

export interface Objection {
  readonly code: string;
  readonly reason: string;
}

/** What speaks against touching this node now; undefined when nothing does. Looks only. */
export async function preflight(host: Host, manifestsDirectory: string, components: readonly ComponentPlan[]): Promise<Objection | undefined> {
  return hazards(host, manifestsDirectory, components) ?? await processes(host) ?? await health(host, components);
}

function hazards(host: Host, manifestsDirectory: string, components: readonly ComponentPlan[]): Objection | undefined {
  for (const path of [manifestsDirectory, ...components.map(c => `${manifestsDirectory}/${c.file}`)]) {
    // Whoever owns the manifests directory (Kubespray's kube) can put any Pod there, and so is root on this node already.
    const hazard = host.files.hazard(path, path === manifestsDirectory);
    if (hazard) return { code: 'unsafe-file', reason: `${hazard}: only a plain file of root, in a directory of root, is replaced` };
  }
  return undefined;
}

/** One look can meet a process in the middle of its start or its end; what stays for so long is there. */
const LOOK_AGAIN = 3_000;
const POLL = 100;

async function processes(host: Host): Promise<Objection | undefined> {
  if (!await eventually(host.clock, LOOK_AGAIN, POLL, () => findKubelet(host) !== undefined)) {
    return { code: 'no-kubelet', reason: 'there is not exactly one kubelet process on this node (is the pod run with hostPID?): nothing would carry out the change' };
  }
  const [kubeadm] = host.processes.named('kubeadm');
  if (kubeadm && !await eventually(host.clock, LOOK_AGAIN, POLL, () => !host.processes.isAlive(kubeadm))) {
    return { code: 'kubeadm-running', reason: `kubeadm is at work on this node (PID ${kubeadm.pid}, \`${kubeadm.argv.slice(0, 3).join(' ')}\`): try again when it is done` };
  }
  return undefined;
}

/**
 * For a node on which nothing is to change: a manifest that no process runs with is not "as asked".
 *
 * @param patience how long to wait for a process
 */
export async function notRunning(host: Host, components: readonly ComponentPlan[], patience: number = LOOK_AGAIN): Promise<Objection | undefined> {
  for (const { component, file, argv } of components) {
    const runs = () => host.processes.named(component).some(p => matches(p, argv)) || host.stop.requested;
    if (!await eventually(host.clock, patience, POLL, runs)) return { code: 'not-as-manifest', reason: withoutProcess('no', component, file) };
  }
  return undefined;
}

function withoutProcess(many: string, component: string, file: string): string {
  return `${many} ${component} runs with the flags of ${file}`
    + ': bring the node in order first (is there a copy of the manifest in the directory, or has kubelet not restarted it yet?)';
}

/** A component that is not well before the change could not prove the change right, and what it was before would be no state to go back to. */
async function health(host: Host, components: readonly ComponentPlan[]): Promise<Objection | undefined> {
  for (const { component, file, argvBefore, probes, otherProbes } of components) {
    let running: Process[] = [];
    await eventually(host.clock, LOOK_AGAIN, POLL, () => {
      running = host.processes.named(component).filter(p => matches(p, argvBefore));
      return running.length === 1;
    });
    if (running.length !== 1) {
      return { code: 'not-as-manifest', reason: withoutProcess(running.length === 0 ? 'no' : 'more than one', component, file) };
    }
    if (probes.length === 0) {
      const others = otherProbes.length === 0 ? 'no probe at all' : `no probe that can be carried out here, only ${otherProbes.join(' and ')}`;
      return { code: 'unhealthy-start', reason: `${file} has ${others}: add a readiness probe with httpGet or tcpSocket to ${component}, which would prove the change` };
    }
    for (const probe of probes) {
      if (!await host.endpoints.answers(probe)) {
        return {
          code: 'unhealthy-start',
          reason: `${component} does not answer its own ${probe.kind} probe ${addressOf(probe)} now: it must be well before it is restarted`,
        };
      }
    }
  }
  return undefined;
}
