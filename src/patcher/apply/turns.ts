import { Cluster } from './cluster';
import { Ledger, LedgerLease, NO_RECORD, RunRecord } from './ledger';
import { Node } from './node';
import { PatchSpec } from '../../spec/patch-spec';

/** Who takes part: one pod of one Job on one node. */
export interface Participant {
  readonly nodeName: string;
  readonly jobUid: string;
}

export type Turn =
  | { readonly kind: 'taken' }
  | { readonly kind: 'other-failed'; readonly reason: string }
  | { readonly kind: 'gave-up'; readonly reason: string }
  | { readonly kind: 'stopped' };

const POLL = 500;

/** One node at a time, and none before all nodes are willing. */
export class Turns {
  /** Holders that are no control-plane nodes any more, and Jobs that are at work no more. */
  private readonly void = new Set<string>();

  public constructor(
    private readonly node: Node, private readonly cluster: Cluster, private readonly lease: LedgerLease,
    private readonly spec: PatchSpec, private readonly me: Participant,
  ) {}

  /** Tells the others that this node has a clean plan, and whether there is anything to do on it. */
  public async checkIn(nothingToDo: boolean): Promise<void> {
    const unfinished = await this.cluster.unfinishedJobs(this.spec.lease.namespace);
    await this.lease.update(ledger => {
      // Records of Jobs that are gone are forgotten, so that the Lease does not grow.
      const runs = Object.fromEntries(Object.entries(ledger.runs).filter(([uid]) => uid === this.me.jobUid || unfinished.has(uid)));
      const checkedIn = withRun({ ...ledger, runs }, this.me, run => ({
        ...run, checkedIn: add(run.checkedIn, this.me.nodeName), done: nothingToDo ? add(run.done, this.me.nodeName) : run.done,
      }));
      // A pod that was killed between the change and the release still holds the turn.
      return nothingToDo ? release(this.me, checkedIn) : checkedIn;
    });
  }

  /**
   * Waits for this node's turn: all pods of the Job have checked in, no other Job is at work, nobody holds the turn, and the control plane
   * is whole. The time limit is for the next thing to happen, not for all of them.
   */
  public async take(): Promise<Turn> {
    return this.wait(async ledger => {
      const { spec, me } = this;
      const run = ledger.runs[me.jobUid] ?? NO_RECORD;
      if (run.checkedIn.length < spec.controlPlaneNodes) return 'waiting for all nodes to check in (so far ' + run.checkedIn.join(', ') + ')';
      const obstacle = await this.anotherJob(ledger) ?? await this.heldByAnother(ledger) ?? await this.cluster.disturbance();
      if (obstacle) return 'waiting: ' + obstacle;
      return this.hold();
    });
  }

  /**
   * For a node that an earlier run left half-way: the holder's place is its own, whatever the other nodes do. While the Job of that run is at
   * work, its own next pod is the one to resume.
   */
  public async takeToResume(): Promise<Turn> {
    return this.wait(async ledger => await this.anotherJob(ledger) ?? await this.heldByAnother(ledger) ?? this.hold());
  }

  /** Gives the turn back after success. */
  public async done(): Promise<void> {
    await this.lease.update(ledger => release(this.me, withRun(ledger, this.me, run => ({ ...run, done: add(run.done, this.me.nodeName) }))));
  }

  /** Stops all others of this Job. @param keep the turn stays here: this node needs a person */
  public async fail(reason: string, keep: boolean): Promise<void> {
    const failure = { node: this.me.nodeName, reason };
    await this.lease.update(ledger => {
      const failed = withRun(ledger, this.me, run => ({ ...run, failure: run.failure ?? failure }));
      return { ...(keep ? failed : release(this.me, failed)), active: ledger.active === this.me.jobUid ? null : ledger.active };
    });
  }

  /** Gives the turn back after an earlier run was brought to its end. */
  public async release(): Promise<void> {
    await this.lease.update(ledger => ledger.holder === this.me.nodeName ? release(this.me, ledger) : null);
  }

  /** Stays until all nodes are done: a replacement pod then finds only the one node free that still needs it. */
  public async allDone(): Promise<Turn> {
    const turn = await this.wait(async ledger => {
      const run = ledger.runs[this.me.jobUid] ?? NO_RECORD;
      return run.done.length < this.spec.controlPlaneNodes ? 'waiting for the other nodes (done: ' + run.done.join(', ') + ')' : 'taken';
    });
    if (turn.kind === 'taken') await this.lease.update(ledger => ledger.active === this.me.jobUid ? { ...ledger, active: null } : null);
    return turn;
  }

  private async wait(look: (ledger: Ledger) => Promise<'taken' | string>): Promise<Turn> {
    const limit = this.spec.timing.turnWaitSeconds * 1000;
    let seen = '';
    let told = '';
    let since = this.node.clock.now();
    for (;;) {
      if (this.node.stop.requested) return { kind: 'stopped' };
      const ledger = await this.lease.read();
      const failure = ledger.runs[this.me.jobUid]?.failure;
      if (failure) return { kind: 'other-failed', reason: 'node ' + failure.node + ' failed (' + failure.reason + ')' };
      const state = await look(ledger);
      if (state === 'taken') return { kind: 'taken' };
      const progress = JSON.stringify(ledger);
      if (progress !== seen) since = this.node.clock.now();
      seen = progress;
      if (state !== told) this.node.log(state);
      told = state;
      if (this.node.clock.now() - since >= limit) {
        return { kind: 'gave-up', reason: 'nothing has happened for ' + this.spec.timing.turnWaitSeconds + ' s: ' + state };
      }
      await this.node.clock.sleep(POLL);
    }
  }

  /** @returns 'taken', or what another pod did in between */
  private async hold(): Promise<string> {
    const { me } = this;
    const after = await this.lease.update(ledger => {
      const free = ledger.holder === null || ledger.holder === me.nodeName || this.void.has(ledger.holder);
      const mine = ledger.active === null || ledger.active === me.jobUid || this.void.has(ledger.active);
      return free && mine && !ledger.runs[me.jobUid]?.failure ? { ...ledger, holder: me.nodeName, active: me.jobUid } : null;
    });
    return after.holder === me.nodeName && after.active === me.jobUid ? 'taken' : 'waiting: node ' + after.holder + ' was faster';
  }

  private async heldByAnother(ledger: Ledger): Promise<string | undefined> {
    const { holder } = ledger;
    if (holder === null || holder === this.me.nodeName) return undefined;
    if ((await this.cluster.controlPlaneNodes()).includes(holder)) return 'node ' + holder + ' has the turn';
    this.void.add(holder);
    return undefined;
  }

  private async anotherJob({ active }: Ledger): Promise<string | undefined> {
    const another = active !== null && active !== this.me.jobUid && await this.isAtWork(active);
    return another ? 'another Job (UID ' + active + ') is at work' : undefined;
  }

  private async isAtWork(jobUid: string): Promise<boolean> {
    const unfinished = await this.cluster.unfinishedJobs(this.spec.lease.namespace);
    if (!unfinished.has(jobUid)) this.void.add(jobUid);
    return unfinished.has(jobUid);
  }
}

function withRun(ledger: Ledger, me: Participant, change: (run: RunRecord) => RunRecord): Ledger {
  return { ...ledger, runs: { ...ledger.runs, [me.jobUid]: change(ledger.runs[me.jobUid] ?? NO_RECORD) } };
}

function release(me: Participant, ledger: Ledger): Ledger {
  return ledger.holder === me.nodeName ? { ...ledger, holder: null } : ledger;
}

function add(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name].sort();
}
