import { Cluster } from './cluster';
import { countMembers } from './etcd-members';
import { Ledger, LedgerLease, NO_RECORD, RunRecord } from './ledger';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { Host } from '../host/host';
import { EtcdMember } from '../plan/etcd-member';

/** Who takes part: one pod of one Job on one node. */
export interface Participant {
  readonly nodeName: string;
  readonly jobUid: string;
}

export type Turn =
  | { readonly kind: 'taken' }
  | { readonly kind: 'other-failed'; readonly reason: string }
  | { readonly kind: 'gave-up'; readonly reason: string }
  /** Before this Job had begun, a newer one of the same stack came, which knows better what is wanted. */
  | { readonly kind: 'superseded'; readonly reason: string }
  /** A scheduled run met somebody else's work on another node. */
  | { readonly kind: 'not-now'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** How often the Lease, one small object, is read by the node that is next; the others read it seldom, and see that the turn was free when it no longer is. */
const POLL = 500;
const SLOW_POLL = 3_000;
/** How often nodes and pods are looked at while the Lease stays as it is. */
const FIRST_LOOK = 1_000;
const LAST_LOOK = 15_000;
/** How often Jobs are listed meanwhile: the API server looks at all Jobs of the namespace, however few it returns. */
const LOOK_AT_JOBS = 60_000;
const TAKEN: Turn = { kind: 'taken' };

/** One node at a time, and none before all nodes are willing. */
export class Turns {
  /** Holders that are no control-plane nodes any more, and Jobs that are at work no more. */
  private readonly void = new Set<string>();
  /** Whether this very pod has taken the turn. */
  private holds = false;
  private etcd: EtcdMember | undefined;
  /** What was said of etcd's members already. */
  private readonly said = new Set<string>();
  /** When Jobs were listed last, and which one was at work then. */
  private listed: { readonly at: number; readonly active?: string | null } = { at: -Infinity };

  public constructor(
    private readonly host: Host, private readonly cluster: Cluster, private readonly lease: LedgerLease,
    private readonly spec: PatchSpec, private readonly me: Participant,
  ) {}

  /** Tells the others that this node has a clean plan, and what its manifest says of etcd. */
  public async checkIn(etcd: EtcdMember | undefined = this.etcd): Promise<void> {
    const { nodeName, jobUid } = this.me;
    this.etcd = etcd;
    // Records of Jobs that are gone are forgotten, so that the Lease does not grow; not those of Jobs that came after they were listed.
    const known = Object.keys((await this.lease.read()).runs);
    const unfinished = await this.cluster.unfinishedJobs(this.spec.lease.namespace, this.allStacks);
    await this.lease.update(ledger => {
      const gone = (uid: string) => uid !== jobUid && known.includes(uid) && !unfinished.has(uid);
      const runs = Object.fromEntries(Object.entries(ledger.runs).filter(([uid]) => !gone(uid)));
      return withRun({ ...ledger, runs }, this.me, run => ({
        ...run, checkedIn: add(run.checkedIn, nodeName), ...etcd && { etcd: { ...run.etcd, [nodeName]: etcd } },
      }));
    });
  }

  /** Waits until no other Job is at work, which could change this node still. */
  public async quiet(): Promise<Turn> {
    return this.wait(async ledger => {
      const another = await this.anotherJob(ledger);
      return await this.superseded(ledger, another !== undefined) ?? another ?? TAKEN;
    });
  }

  /**
   * Waits for this node's turn: all pods of the Job have checked in, no other Job is at work, nobody holds the turn, and the control plane
   * is whole. The time limit is for the next thing to happen, not for all of them.
   */
  public async take(): Promise<Turn> {
    return this.wait(async ledger => {
      const { spec, me } = this;
      const superseded = await this.superseded(ledger);
      if (superseded) return superseded;
      const run = ledger.runs[me.jobUid] ?? NO_RECORD;
      if (!run.checkedIn.includes(me.nodeName)) await this.checkIn(); // somebody has deleted the Lease
      if (run.checkedIn.length < spec.controlPlaneNodes) return `waiting for all nodes to check in (so far ${run.checkedIn.join(', ')})`;
      const obstacle = await this.anotherJob(ledger) ?? await this.heldByAnother(ledger) ?? await this.cluster.disturbance(spec.controlPlaneNodes)
        ?? await this.anyMissing(run.checkedIn, 'has not checked in') ?? await this.tooManyMembers(run);
      return obstacle ? `waiting: ${obstacle}` : this.hold();
    });
  }

  /**
   * For a node that an earlier run left half-way: the holder's place is its own, whatever the other nodes do. While the Job of that run is at
   * work, its own next pod is the one to resume.
   */
  public async takeToResume(): Promise<Turn> {
    return this.wait(async ledger => await this.anotherJob(ledger) ?? await this.heldByAnother(ledger) ?? this.hold());
  }

  /** This node is as asked; gives the turn back, also one that a pod of before was killed with. */
  public async done(): Promise<void> {
    this.holds = false;
    await this.lease.update(ledger => this.released(withRun(ledger, this.me, run => ({
      ...run,
      // Somebody may have deleted the Lease in the middle of this turn: the others wait for all who have checked in.
      checkedIn: add(run.checkedIn, this.me.nodeName),
      done: add(run.done, this.me.nodeName),
    }))));
  }

  /** The Job that is at work, or that wants to be; for a run that gives way to either. */
  public async jobAtWork(): Promise<string | undefined> {
    const { lease, jobSelector } = this.spec;
    return await this.anotherJob(await this.lease.read()) ?? await this.cluster.successor(lease.namespace, jobSelector, this.me.jobUid);
  }

  /**
   * Ends this run on all nodes, unless it has begun on one.
   *
   * @param found what this pod has found
   * @returns why it ends; another pod may have found something before
   */
  public async postpone(found: string | undefined): Promise<string | undefined> {
    let reason: string | undefined;
    await this.lease.update(ledger => {
      const earlier = ledger.runs[this.me.jobUid]?.notNow;
      reason = ledger.active === this.me.jobUid ? undefined : earlier ?? found;
      return reason === undefined || earlier !== undefined ? null : withRun(ledger, this.me, run => ({ ...run, notNow: found }));
    });
    return reason;
  }

  /** Stops all others of this Job. @param keep the turn stays here: this node needs a person */
  public async fail(reason: string, keep: boolean): Promise<void> {
    const failure = { node: this.me.nodeName, reason };
    await this.lease.update(ledger => {
      const failed = withRun(ledger, this.me, run => ({ ...run, failure: run.failure ?? failure }));
      const mine = ledger.active === this.me.jobUid;
      const after = keep || !(mine || this.holds) ? failed : this.released(failed);
      // While another pod of this Job is in mid-change, no other Job may begin.
      return mine && (after.holder === null || after.holder === this.me.nodeName) ? { ...after, active: null } : after;
    });
  }

  /** Gives the turn back after an earlier run was brought to its end. */
  public async release(): Promise<void> {
    this.holds = false;
    await this.lease.update(ledger => this.released(ledger));
  }

  /** Stays until all nodes are done: a replacement pod then finds only the one node free that still needs it. */
  public async allDone(): Promise<Turn> {
    return this.wait(async ledger => {
      const run = ledger.runs[this.me.jobUid] ?? NO_RECORD;
      const missing = run.done.length >= this.spec.controlPlaneNodes && await this.anyMissing(run.done, 'is not done');
      if (missing === undefined) return TAKEN;
      if (!run.done.includes(this.me.nodeName)) await this.done(); // somebody has deleted the Lease
      return await this.superseded(ledger) ?? (missing ? `waiting: ${missing}` : `waiting for the other nodes (done: ${run.done.join(', ')})`);
    });
  }

  /** Whether what this Job wants is still what counts: no other one has begun, and none has come that will. */
  public async haveTheWord(): Promise<boolean> {
    return await this.anotherJob(await this.lease.read()) === undefined && await this.successor() === undefined;
  }

  /** Other Jobs may begin. */
  public async end(): Promise<void> {
    await this.lease.update(ledger => ledger.active === this.me.jobUid ? { ...ledger, active: null } : null);
  }

  private async wait(look: (ledger: Ledger) => Promise<Turn | string>): Promise<Turn> {
    const limit = this.spec.timing.turnWaitSeconds * 1000;
    let seen = '';
    let told = '';
    let state = '';
    let since = this.host.clock.now();
    let looked = -Infinity;
    let pause = FIRST_LOOK;
    for (;;) {
      if (this.host.stop.requested) return { kind: 'stopped' };
      const ledger = await this.lease.read();
      const { failure, notNow } = ledger.runs[this.me.jobUid] ?? NO_RECORD;
      if (notNow !== undefined) return { kind: 'not-now', reason: notNow };
      if (failure) return { kind: 'other-failed', reason: `node ${failure.node} failed (${failure.reason})` };
      const progress = JSON.stringify(ledger);
      const now = this.host.clock.now();
      const changed = progress !== seen;
      if (changed) since = now;
      if (changed || now - looked >= pause || now - since >= limit) {
        pause = changed ? FIRST_LOOK : Math.min(pause * 1.5, LAST_LOOK * this.share);
        looked = now;
        const found = await look(ledger);
        if (typeof found !== 'string') return found;
        state = found;
      }
      seen = progress;
      if (state !== told) this.host.log(state);
      told = state;
      if (this.host.clock.now() - since >= limit) {
        return { kind: 'gave-up', reason: `nothing has happened for ${this.spec.timing.turnWaitSeconds} s: ${state}` };
      }
      await this.pause(ledger);
    }
  }

  private async pause(ledger: Ledger): Promise<void> {
    const { clock, stop } = this.host;
    const end = clock.now() + (this.isNext(ledger) ? POLL : SLOW_POLL * this.share);
    do await clock.sleep(POLL); while (clock.now() < end && !stop.requested);
  }

  /** Whether this node is the first of those that still wait for their turn. Nobody is bound to that order: who is next may be dead. */
  private isNext({ holder, active, runs }: Ledger): boolean {
    if (active !== null && active !== this.me.jobUid) return false;
    const { checkedIn, done } = runs[this.me.jobUid] ?? NO_RECORD;
    const first = checkedIn.find(name => name !== holder && !done.includes(name));
    return first === this.me.nodeName || !checkedIn.includes(this.me.nodeName);
  }

  /** @returns the turn, or what another pod did in between */
  private async hold(): Promise<Turn | string> {
    const { me } = this;
    let begun = false;
    const after = await this.lease.update(ledger => {
      begun = ledger.active === me.jobUid;
      const free = ledger.holder === null || ledger.holder === me.nodeName || this.void.has(ledger.holder);
      const mine = ledger.active === null || begun || this.void.has(ledger.active);
      const { failure, notNow } = ledger.runs[me.jobUid] ?? NO_RECORD;
      return free && mine && !failure && notNow === undefined ? { ...ledger, holder: me.nodeName, active: me.jobUid } : null;
    });
    if (after.holder !== me.nodeName || after.active !== me.jobUid) return `waiting: node ${after.holder} was faster`;
    this.holds = true;
    // A newer Job that was not there when this one looked either is seen now, or sees from now on that this one is at work.
    const superseded = begun ? undefined : await this.successor();
    if (superseded === undefined) return TAKEN;
    this.holds = false;
    await this.lease.update(ledger => ledger.active === me.jobUid ? { ...this.released(ledger), active: null } : null);
    return superseded;
  }

  /** A Job that has begun ends what it does; one that has not leaves it to a newer one. @param waits whether there is time to look another time */
  private async superseded({ active }: Ledger, waits = true): Promise<Turn | undefined> {
    if (active === this.me.jobUid) return undefined;
    const at = this.host.clock.now();
    if (waits && active === this.listed.active && at - this.listed.at < LOOK_AT_JOBS) return undefined;
    this.listed = { at, active };
    return this.successor();
  }

  private async successor(): Promise<Turn | undefined> {
    const { lease, jobSelector } = this.spec;
    const reason = await this.cluster.successor(lease.namespace, jobSelector, this.me.jobUid);
    return reason === undefined ? undefined : { kind: 'superseded', reason };
  }

  /** Without this node's turn, but never without the one of another Job that is at work here. */
  private released(ledger: Ledger): Ledger {
    const { active } = ledger;
    const mine = active === null || active === this.me.jobUid || this.void.has(active);
    return ledger.holder === this.me.nodeName && mine ? { ...ledger, holder: null } : ledger;
  }

  private async heldByAnother(ledger: Ledger): Promise<string | undefined> {
    const { holder } = ledger;
    if (holder === null || holder === this.me.nodeName) return undefined;
    if (await this.cluster.isControlPlaneNode(holder)) return `node ${holder} has the turn`;
    this.void.add(holder);
    return undefined;
  }

  /** Names count only as long as there are such nodes: the one that has taken the place of another has neither checked in nor been done. */
  private async anyMissing(names: readonly string[], what: string): Promise<string | undefined> {
    const nodes = await this.cluster.controlPlaneNodes();
    if (nodes.length < this.spec.controlPlaneNodes) return `the cluster has ${nodes.length} control-plane nodes instead of ${this.spec.controlPlaneNodes}`;
    const missing = nodes.find(name => !names.includes(name));
    return missing === undefined ? undefined : `node ${missing} ${what}`;
  }

  private async tooManyMembers({ etcd = {} }: RunRecord): Promise<string | undefined> {
    const { obstacle, said } = countMembers(etcd, await this.cluster.controlPlaneNodes());
    for (const line of said.filter(each => !this.said.has(each))) this.host.log(line);
    for (const line of said) this.said.add(line);
    return obstacle;
  }

  /** From 0.7 to 1, another one for each node: so that not all pods ask at the same moment. */
  private get share(): number {
    const sum = [...this.me.nodeName].reduce((total, character) => (total * 31 + character.charCodeAt(0)) % 997, 7);
    return 0.7 + 0.3 * sum / 997;
  }

  private async anotherJob({ active }: Ledger): Promise<string | undefined> {
    const another = active !== null && active !== this.me.jobUid && await this.isAtWork(active);
    return another ? `another Job (UID ${active}) is at work` : undefined;
  }

  private async isAtWork(jobUid: string): Promise<boolean> {
    const atWork = await this.cluster.isUnfinished(this.spec.lease.namespace, this.allStacks, jobUid);
    if (!atWork) this.void.add(jobUid);
    return atWork;
  }

  /** Selects the Jobs of other stacks too: they have the same label, with another value. */
  private get allStacks(): string {
    return this.spec.jobSelector.replace(/=[^,]*/g, '');
  }
}

function withRun(ledger: Ledger, me: Participant, change: (run: RunRecord) => RunRecord): Ledger {
  return { ...ledger, runs: { ...ledger.runs, [me.jobUid]: change(ledger.runs[me.jobUid] ?? NO_RECORD) } };
}

function add(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name].sort();
}
