import { CertificateLease } from './certificate-lease';
import { Cluster, isForbidden } from './cluster';
import { KubeadmConfig } from './kubeadm-config';
import { DamagedLedger, LedgerLease } from './ledger';
import { notNow } from './not-now';
import { beginning, crashed, exitStatus, Outcome, sentence, truthful } from './outcome';
import { Run } from './run';
import { Participant, Turn, Turns } from './turns';
import { Endpoint, formatEndpoint } from '../../patch-spec/endpoint';
import { EXIT } from '../../patch-spec/exit-status';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { eventually } from '../host/clock';
import { Host } from '../host/host';
import { KubeApi } from '../host/kube-api';
import { NodeLock } from '../host/node-lock';
import { Certificates } from '../plan/certificates';
import { KubeadmRecord } from '../plan/kubeadm/kubeadm-record';

export interface JobPodInput {
  readonly spec: PatchSpec;
  readonly template: string;
  readonly participant: Participant;
  /** Certificates for the components as they are mounted at this moment, or what is missing; undefined where the spec asks for none. */
  readonly certificates?: () => Certificates | string | undefined;
  /** Keeps other programs off this node; undefined while another one does. */
  readonly lock: () => Promise<Pick<NodeLock, 'release'> | undefined>;
}

export interface PodEnd {
  readonly status: number;
  readonly message: string;
}

/** What a pod of the Job does, from start to end. */
export class JobPod {
  private readonly cluster: Cluster;
  private readonly turns: Turns;
  private readonly kubeadmConfig: KubeadmConfig;
  private readonly certificateLease: CertificateLease;
  /** Whether a CronJob asked for this run. */
  private scheduled = false;
  /** How the work on this node ended, once it has. */
  private outcome: Outcome | undefined;

  public constructor(private readonly host: Host, api: KubeApi, private readonly input: JobPodInput) {
    this.cluster = new Cluster(api, host);
    this.turns = new Turns(host, this.cluster, new LedgerLease(api, this.cluster, input.spec.lease), input.spec, input.participant);
    this.kubeadmConfig = new KubeadmConfig(api, this.cluster, host, input.spec);
    this.certificateLease = new CertificateLease(api, this.cluster, host, input.spec);
  }

  public async carryOut(): Promise<PodEnd> {
    try {
      return await this.allSteps();
    } catch (e) {
      if (e instanceof DamagedLedger) return this.refuse('damaged-lease', e.message);
      if (!isForbidden(e)) return crashed(e, this.host.touched);
      const reason = `${e.message}: are all roles and bindings of the stack there?`;
      // The next pod tries again what is left to do.
      const message = this.afterOwnWork(reason);
      return message === undefined ? this.refuse('forbidden', reason) : { status: EXIT.stopped, message };
    }
  }

  private async allSteps(): Promise<PodEnd> {
    const { spec, participant } = this.input;
    const interrupted = await this.resumeInterrupted();
    if (interrupted) return interrupted;

    const postponed = await this.postponed();
    if (postponed) return postponed;

    const objection = await this.wrongNumberOfNodes();
    if (objection) return this.refuse('wrong-node-count', objection);
    if (spec.controlPlaneNodes === 2) {
      this.host.log('two control-plane nodes: an etcd of two members has no quorum while one restarts, so that no node can write for some seconds in each turn');
    }
    const found = await this.needs();
    if ('status' in found) return found;
    const { endpoint } = found;

    const run = this.run(endpoint, await this.kubeadmConfig.record(), found.certificates);
    const examination = await run.examine();
    if (examination.kind === 'refused') return this.refuse(examination.code, examination.reason);
    if (examination.kind === 'interrupted') return this.ended({ kind: 'stopped', reason: 'another run was interrupted on this node meanwhile' });
    const inKubeadm = await this.kubeadmConfig.objection(examination.plan, endpoint);
    if (inKubeadm) return this.refuse(inKubeadm.code, inKubeadm.reason);
    const nothingToDo = examination.changed.length === 0;
    await this.turns.checkIn(examination.etcd);
    this.host.log(`checked in: ${nothingToDo ? 'nothing to do on this node' : 'a clean plan for this node'}`);

    const end = (nothingToDo ? await this.keep(run) : undefined) ?? (this.outcome ? undefined : await this.change(run));
    if (end) return end;
    const outcome = this.outcome!;
    this.host.log(sentence(outcome));
    await this.turns.done();

    const all = await this.turns.allDone();
    if (all.kind !== 'taken') return this.noTurn(all);
    const unwritten = await this.kubeadmConfig.write(examination.plan, endpoint, () => this.turns.haveTheWord());
    if (unwritten) return this.refuse(unwritten.code, unwritten.reason);
    await this.certificateLease.write(found.certificates);
    await this.turns.end();
    await this.cluster.deleteOlderJobs(spec.lease.namespace, spec.jobSelector, participant.jobUid);
    return { status: EXIT.done, message: sentence(outcome) };
  }

  /** A scheduled run never gets in the way of somebody's work; one that has mended a node already goes on. */
  private async postponed(): Promise<PodEnd | undefined> {
    const { spec, participant: { jobUid } } = this.input;
    this.scheduled = await this.cluster.isScheduled(spec.lease.namespace, spec.jobSelector, jobUid);
    if (!this.scheduled || this.host.touched.components.length > 0) return undefined;
    const found = await notNow(this.host, this.cluster, this.turns, this.kubeadmConfig, spec);
    const reason = await this.turns.postpone(found && `[${found.code}]: ${found.reason}`);
    return reason === undefined ? undefined : this.notNow(reason);
  }

  private notNow(reason: string): PodEnd {
    const outcome: Outcome = { kind: 'not-now', reason };
    return { status: exitStatus(outcome), message: sentence(outcome) };
  }

  /** A node that is as asked stays so only when nobody else is at work: a Job that was faster may be about to change it. */
  private async keep(run: Run): Promise<PodEnd | undefined> {
    const turn = await this.turns.quiet();
    if (turn.kind !== 'taken') return this.noTurn(turn);
    const outcome = await this.locked(() => run.keepAsItIs());
    if (outcome === undefined) return undefined;
    if (outcome.kind !== 'unchanged') return this.ended(outcome);
    this.outcome = truthful(outcome, this.host.touched);
    return undefined;
  }

  private async change(run: Run): Promise<PodEnd | undefined> {
    const turn = await this.turns.take();
    if (turn.kind !== 'taken') return this.noTurn(turn);
    this.host.log(`it is the turn of ${this.input.participant.nodeName}`);
    const outcome = await this.locked(() => run.execute());
    if (outcome.kind !== 'changed' && outcome.kind !== 'unchanged') return this.ended(outcome);
    this.outcome = truthful(outcome, this.host.touched);
    return outcome.kind === 'changed' ? this.mirrorsFollow(outcome.components) : undefined;
  }

  /** The next turn looks at mirror pods, which say for a while still that the pods of before are Ready. */
  private async mirrorsFollow(components: readonly string[]): Promise<PodEnd | undefined> {
    const { spec: { controlPlaneNodes, timing }, participant: { nodeName } } = this.input;
    if (controlPlaneNodes === 1) return undefined;
    const { clock, processes, stop } = this.host;
    let outdated: string[] = [];
    const follow = async () => {
      const running = new Map<string, string>();
      for (const process of components.flatMap(c => processes.named(c))) if (process.podUid) running.set(process.argv[0]!.replace(/.*\//, ''), process.podUid);
      outdated = await this.cluster.outdatedMirrors(nodeName, running);
      return outdated.length === 0 || stop.requested;
    };
    // Said before those who wait for this turn give up.
    if (await eventually(clock, timing.turnWaitSeconds * 500, 1000, follow)) return undefined;
    return this.failed(EXIT.broken, this.afterOwnWork(`the mirror pods of ${outdated.join(' and ')} on ${nodeName} are still those of before: look at kubelet`)!, false);
  }

  /** Before anything else, and without asking anybody but the Lease: a node that was left half-way may be why nothing else works. */
  private async resumeInterrupted(): Promise<PodEnd | undefined> {
    const run = this.run(null);
    if (!run.isInterrupted()) return undefined;
    const turn = await this.turns.takeToResume();
    if (turn.kind !== 'taken') return this.noTurn(turn);
    const { spec: { controlPlaneNodes }, participant: { nodeName } } = this.input;
    // This node is not whole, which is why it is resumed; the others may have broken since.
    const obstacle = controlPlaneNodes === 1 ? undefined : await this.cluster.disturbance(controlPlaneNodes, nodeName);
    const outcome = await this.locked(() => run.resumeInterrupted(obstacle));
    if (outcome) return this.ended(outcome);
    await this.turns.release();
    return undefined;
  }

  /** Not held while waiting for a turn: in that time this node is another Job's, or somebody's who works by hand. */
  private async locked<T>(work: () => Promise<T>): Promise<T | Outcome> {
    const { clock, stop } = this.host;
    const seconds = this.input.spec.timing.turnWaitSeconds;
    let lock: Pick<NodeLock, 'release'> | undefined;
    await eventually(clock, seconds * 1000, 500, async () => stop.requested || (lock = await this.input.lock()) !== undefined);
    if (lock === undefined) {
      return stop.requested ? { kind: 'stopped', reason: stop.reason }
        : { kind: 'refused', code: 'no-turn', reason: `for ${seconds} s another program of this kind has worked on this node` };
    }
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }

  /** What must be there before anything is planned, or the end of this pod where it does not come. */
  private async needs(): Promise<{ readonly endpoint: Endpoint | null; readonly certificates: Certificates | undefined } | PodEnd> {
    const certificates = await this.certificates();
    const refuse = (code: string, reason: string) => this.host.stop.requested ? this.stopped() : this.refuse(code, reason);
    if (typeof certificates === 'string') return refuse('no-certificates', certificates);
    const collector = await this.collector();
    return 'missing' in collector ? refuse('no-collector', collector.missing) : { endpoint: collector.endpoint, certificates };
  }

  /** kubelet mounts a Secret that is made after the pod has started, within two minutes. */
  private async certificates(): Promise<Certificates | string | undefined> {
    const { certificates: read, spec: { state, timing: { collectorWaitSeconds } } } = this.input;
    if (state === 'disabled' || read === undefined) return undefined;
    const { clock, stop } = this.host;
    let found = read();
    if (typeof found === 'string') this.host.log(`waiting: ${found}`);
    await eventually(clock, collectorWaitSeconds * 1000, 1000, () => stop.requested || typeof (found = read()) !== 'string');
    return typeof found === 'string' ? `after ${collectorWaitSeconds} s ${found}` : found;
  }

  private run(endpoint: Endpoint | null, kubeadm?: KubeadmRecord, certificates?: Certificates): Run {
    const { spec, template, participant } = this.input;
    const facts = { nodeName: participant.nodeName, endpoint, ...kubeadm && { kubeadm } };
    return new Run(this.host, { spec, template, certificates, run: participant.jobUid, facts });
  }

  private async wrongNumberOfNodes(): Promise<string | undefined> {
    const nodes = await this.cluster.controlPlaneNodes();
    const { controlPlaneNodes } = this.input.spec;
    return nodes.length === controlPlaneNodes ? undefined
      : `the cluster has ${nodes.length} control-plane nodes (${nodes.join(', ')}), controlPlaneNodes is ${controlPlaneNodes}`
        + `: set it to ${nodes.length}`;
  }

  private async collector(): Promise<{ endpoint: Endpoint | null } | { missing: string }> {
    const { collector, state, timing } = this.input.spec;
    if (state === 'disabled') return { endpoint: null };
    const wait = timing.collectorWaitSeconds;
    if (collector.kind === 'service') {
      const found = await this.cluster.collector(collector, wait * 1000);
      return 'missing' in found ? { missing: `no collector after ${wait} s: ${found.missing}` } : found;
    }
    const there = await this.cluster.answers(collector, wait * 1000);
    return there ? { endpoint: collector } : { missing: `no collector after ${wait} s: ${formatEndpoint(collector)} does not answer from this host` };
  }

  /** Where this node was brought to its end before, it is the others or the cluster that something is wrong with. */
  private async refuse(code: string, reason: string): Promise<PodEnd> {
    const done = this.afterOwnWork(reason);
    if (done === undefined) return this.ended({ kind: 'refused', code, reason });
    return this.failed(this.outcome!.kind === 'changed' ? EXIT.otherNodeFailed : EXIT.refused, done, false);
  }

  private async ended(last: Outcome): Promise<PodEnd> {
    const { touched } = this.host;
    const outcome = truthful(last, touched);
    const status = exitStatus(outcome);
    const message = sentence(outcome, touched);
    // The turn stays with a node that may not be well.
    return outcome.kind === 'stopped' ? { status, message } : this.failed(status, message, outcome.kind === 'broken' && !touched.proven);
  }

  private async failed(status: number, message: string, keepTurn: boolean): Promise<PodEnd> {
    // At once: where the API server is away, telling the others takes minutes.
    this.host.log(message);
    try {
      await this.turns.fail(message.slice(0, 1000), keepTurn);
    } catch (e) {
      this.host.log(`the others could not be told (${(e as Error).message}); they stop when their wait is over`);
    }
    return { status, message };
  }

  private async noTurn(turn: Turn): Promise<PodEnd> {
    switch (turn.kind) {
      case 'other-failed': return { status: EXIT.otherNodeFailed, message: this.afterOwnWork(turn.reason) ?? `${beginning(this.host.touched)}stopped: ${turn.reason}` };
      case 'gave-up': return this.refuse('no-turn', turn.reason);
      case 'not-now': return this.notNow(turn.reason);
      case 'superseded': return this.scheduled ? this.notNow(`[job-at-work]: ${turn.reason}`) : this.refuse('superseded', turn.reason);
      default: return this.stopped();
    }
  }

  /** For a node that was brought to its end before the others got in the way. */
  private afterOwnWork(reason: string): string | undefined {
    return this.outcome && `${sentence(this.outcome)}; but ${reason}`;
  }

  private stopped(): PodEnd {
    const { stop: { reason }, touched } = this.host;
    return { status: EXIT.stopped, message: this.afterOwnWork(reason) ?? sentence({ kind: 'stopped', reason }, touched) };
  }
}
