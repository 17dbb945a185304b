import { matches, same } from './health';
import { wasRestarted } from './kubelet';
import { eventually } from '../host/clock';
import { ProbeTarget } from '../host/endpoints';
import { Host } from '../host/host';
import { Process, ProcessId } from '../host/processes';
import { Component } from '../plan/plan';

/** A manifest that gets another content, from staged files in its own directory. */
export interface SwapItem {
  readonly component: Component;
  /** The manifest. */
  readonly target: string;
  /** Staged: the wanted content with one more annotation; undefined where one rename is all there is to do. */
  readonly interim: string | undefined;
  /** Staged: the wanted content. */
  readonly final: string;
  /** What the new process will be called with. */
  readonly argv: readonly string[];
  /** The processes that are to end; none for a component that crashes all the time. */
  readonly old: readonly Process[];
  /** How long kubelet lets them end before it kills them. */
  readonly graceMilliseconds: number;
  /** Where the old process accepts connections, if that is known. */
  readonly listener: ProbeTarget | undefined;
  /** Whether the manifest still is what it must be before a rename of this transaction. @param second whether this swap has renamed it already */
  isOurs(second: boolean): boolean;
}

export interface Pace {
  /** The only control-plane node: nobody can be served in the meantime, so end the old API server early and let kubelet start the new pods at once. */
  readonly alone: boolean;
  /** Between the closed port and the second SIGTERM. */
  readonly drainMilliseconds: number;
  readonly kubelet: ProcessId | null;
  /** kubelet was restarted since the first rename: it may end nothing any more, so there is nothing to wait for. */
  readonly atOnce: boolean;
  /** Called right after each rename. */
  renamed?(): void;
}

const POLL = 25;
/** From a rename until kubelet tells a pod to end, and from the end of the pod's grace until it is gone, together. */
const END = 10_000;
/** A kubelet that has missed the rename lists the directory every 20 s. */
const MISSED = 20_000;
/** kubelet starts what it has parked after 15 s at the latest, on a busy machine somewhat later. */
const START = 40_000;
/** The port closes within 0.1 s of kubelet's SIGTERM; later means a shutdown delay or that kubelet has not noticed the file yet. */
const PORT_CLOSES = 2_000;
/** From the end of a pod's last process until kubelet can start its successor: up to 1.17 s, measured over 120 restarts. */
const SLOT_FREE = 1_500;
/** kubelet looks again at a pod it could not start after 10 s at the earliest; a second rename after that would restart it once more. */
const BACK_OFF = 9_000;
/** A pod that may start has its sandbox within a fraction of a second. */
const SANDBOX = 1_500;

/**
 * Renames the wanted manifests over the present ones, each time a whole and valid one by one `rename(2)`.
 *
 * kube-apiserver goes first: with etcd gone first, its requests hang instead of being refused, and so does kubelet, which deletes etcd's mirror
 * pod through it before it starts etcd again. Only when its port is closed etcd follows.
 *
 * On the only control-plane node each manifest is renamed twice. kubelet parks a static pod whose predecessor is still ending and looks again
 * after 10 to 15 s (`allowStaticPodStart` and `backOffPeriod`,
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/pod_workers.go). Another content of the same manifest, put there when the
 * old pod is completely gone, is another pod, which starts at once. Should the second rename come too early, too late or not at all,
 * what the first one put there starts by itself.
 */
export async function swap(host: Host, items: readonly SwapItem[], pace: Pace): Promise<void> {
  const run = new Swap(host, pace);
  const apiServer = items.find(item => item.component === 'kube-apiserver');
  const etcd = items.find(item => item.component === 'etcd');
  if (pace.atOnce) run.atOnce(items);
  else if (pace.alone && apiServer) await run.alone(apiServer, etcd);
  else await run.oneByOne(apiServer, etcd);
}

class Swap {
  /** When each was renamed last. */
  private readonly renamed = new Map<SwapItem, number>();

  public constructor(private readonly host: Host, private readonly pace: Pace) {}

  /** One rename each; kubelet drains the components as it always does. */
  public async oneByOne(apiServer: SwapItem | undefined, etcd: SwapItem | undefined): Promise<void> {
    if (apiServer) {
      this.rename(apiServer);
      if (etcd) await this.stopsServing(apiServer);
    }
    if (etcd) this.rename(etcd);
  }

  public atOnce(items: readonly SwapItem[]): void {
    for (const item of items) this.rename(item);
  }

  public async alone(apiServer: SwapItem, etcd: SwapItem | undefined): Promise<void> {
    this.rename(apiServer, apiServer.interim);
    if (!await this.portCloses(apiServer, PORT_CLOSES)) {
      this.host.log('the port of kube-apiserver does not close at once (a shutdown delay?): leaving the pace to kubelet');
      if (!etcd) return;
      await this.stopsServing(apiServer);
      this.rename(etcd);
      return;
    }
    await this.endEarly(apiServer);
    if (etcd) {
      this.rename(etcd, etcd.interim);
      await this.ends(etcd);
    }
    await this.slotsFree(etcd ? [apiServer, etcd] : [apiServer]);
    if (etcd) await this.startEtcd(etcd);
    if (this.mayRenameAgain(apiServer)) this.rename(apiServer);
  }

  /**
   * etcd comes first in the second round: an API server without etcd hangs, and kubelet with it. Should etcd be parked all the same,
   * the API server is held until it runs.
   */
  private async startEtcd(etcd: SwapItem): Promise<void> {
    const before = this.host.processes.staticPodUids();
    const again = this.mayRenameAgain(etcd);
    if (again) this.rename(etcd);
    const sandbox = () => [...this.host.processes.staticPodUids()].some(uid => !before.has(uid)) || this.hasStarted(etcd);
    if (again && await eventually(this.host.clock, SANDBOX, POLL, sandbox)) return;
    this.host.log('kubelet starts etcd later; kube-apiserver waits for it');
    await eventually(this.host.clock, START, POLL, () => this.hasStarted(etcd));
  }

  private rename(item: SwapItem, staged: string = item.final): void {
    // Seconds go by between two renames: time enough for somebody to edit the file.
    if (!item.isOurs(this.renamed.has(item))) throw new Error(`${item.target} was changed by somebody else`);
    this.host.files.rename(staged, item.target);
    this.host.touched.add(item.component);
    this.pace.renamed?.();
    try {
      this.host.files.syncDirectory(item.target.slice(0, item.target.lastIndexOf('/')));
    } catch (e) {
      // kubelet has seen the rename already. After a power loss the disk may have either manifest, and the journal knows both.
      this.host.log(`the manifests directory could not be synced (${(e as Error).message}); going on`);
    }
    this.host.log(`${item.component}: manifest renamed into place${staged === item.final ? '' : ' (first of two)'}`);
    this.renamed.set(item, this.host.clock.now());
  }

  /**
   * etcd must not go while this API server still serves. A shutdown delay keeps the port open, and whoever has set one has given the pod the
   * time for it; a port that is open after that is one of a process that kubelet does not end.
   */
  private async stopsServing(apiServer: SwapItem): Promise<void> {
    const milliseconds = apiServer.graceMilliseconds + MISSED + END;
    const stopped = async () => !this.isRunning(apiServer) || await this.isClosed(apiServer);
    if (await eventually(this.host.clock, milliseconds, POLL, stopped)) return;
    throw new Error(`kube-apiserver still serves ${milliseconds / 1000} s after its manifest was renamed: kubelet does not end it`);
  }

  private async portCloses(item: SwapItem, milliseconds: number): Promise<boolean> {
    return item.listener === undefined ? this.ends(item) : eventually(this.host.clock, milliseconds, POLL, () => this.isClosed(item));
  }

  private async isClosed({ listener }: SwapItem): Promise<boolean> {
    return listener !== undefined && !await this.host.endpoints.accepts(listener.host, listener.port, 500);
  }

  /**
   * kube-apiserver closes its port on the first SIGTERM but stays for up to 30 s, waiting for watches; a second SIGTERM ends it at once. The
   * closed port proves that kubelet has sent the first one and that the node's address is out of the `kubernetes` Service.
   * https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/server/signal.go
   */
  private async endEarly(apiServer: SwapItem): Promise<void> {
    await this.host.clock.sleep(this.pace.drainMilliseconds);
    for (const process of apiServer.old) {
      try {
        if (this.host.processes.signal(process, 'SIGTERM')) this.host.log(`kube-apiserver drained, second SIGTERM to PID ${process.pid}`);
      } catch (e) {
        this.host.log(`no second SIGTERM for kube-apiserver (${(e as Error).message}): it drains for up to 30 s`);
      }
    }
    await this.ends(apiServer);
  }

  private ends(item: SwapItem): Promise<boolean> {
    return eventually(this.host.clock, item.graceMilliseconds + END, POLL, () => !this.isRunning(item));
  }

  private isRunning(item: SwapItem): boolean {
    return item.old.some(process => this.host.processes.isAlive(process));
  }

  /** Waits until the pods of the old processes have no process left (the last is the sandbox's own), and a moment more. */
  private async slotsFree(items: readonly SwapItem[]): Promise<void> {
    const uids = new Set(items.flatMap(item => item.old.map(process => process.podUid)).filter((uid): uid is string => uid !== undefined));
    await eventually(this.host.clock, BACK_OFF, POLL, () => this.host.processes.inPods(uids).length === 0);
    await this.host.clock.sleep(SLOT_FREE);
  }

  private mayRenameAgain(item: SwapItem): boolean {
    const since = this.host.clock.now() - this.renamed.get(item)!;
    const why = item.interim === undefined ? 'one was enough' : since >= BACK_OFF ? `it was renamed ${Math.round(since / 1000)} s ago`
      : this.hasStarted(item) ? 'it has started already'
        : wasRestarted(this.host, this.pace.kubelet) ? 'kubelet was restarted' : undefined;
    if (why) this.host.log(`${item.component}: no second rename (${why}), kubelet starts what is there`);
    return why === undefined;
  }

  private hasStarted(item: SwapItem): boolean {
    return this.host.processes.named(item.component).some(p => matches(p, item.argv) && !item.old.some(o => same(o, p)));
  }
}
