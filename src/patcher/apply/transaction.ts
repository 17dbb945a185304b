import { becomeHealthy, Expectation, Health, HealthTiming, matches } from './health';
import { Journal, JournalEntry, JournalFile } from './journal';
import { JournaledManifests, ManifestState } from './journaled-manifests';
import { Deadlock, findKubelet, LastRename, NOT_ENDING, wasRestarted } from './kubelet';
import { Outcome } from './outcome';
import { Staging } from './staging';
import { Pace, swap, SwapItem } from './swap';
import { Host } from '../host/host';
import { Process } from '../host/processes';
import { GRACE_SECONDS } from '../plan/component';
import { Component } from '../plan/plan';

/** Where and how a transaction works; from the spec. */
export interface Ground {
  readonly manifestsDirectory: string;
  readonly configDirectory: string;
  /** The only control-plane node. */
  readonly alone: boolean;
  readonly drainMilliseconds: number;
  readonly timing: HealthTiming;
}

/** How often a killed run is picked up to be finished; after that it is taken back. */
const RESUMES = 3;
/** A rollback has nothing to fall back on: however short the patience with a change is, kubelet's back-off and one restart of it fit in here. */
const PATIENCE_BACK = 120_000;
/** Batched audit events are lost with a process that ends early; the batch is sent every 30 s at the latest, this covers what is under way. */
const AUDIT_DRAIN = 5_000;
/** A flag and its value are one item or two. */
export const BATCHED_AUDIT = /^--?audit-(webhook-config-file|log-mode[=\n]batch)/m;

/** The last resort. */
const RESTART = 'systemctl restart kubelet';

type Direction = 'forward' | 'back';

function grace(entry: JournalEntry): number {
  return entry.graceSeconds ?? GRACE_SECONDS;
}

/**
 * The part of a run after the journal is written: renames, proof, rollback. Everything it needs is in the journal and in the staged files, so
 * that a run that was killed is brought to its end by the same code.
 */
export class Transaction {
  private readonly staging: Staging;
  private readonly journalFile: JournalFile;
  private readonly manifests: JournaledManifests;
  private lastRename: LastRename | undefined;

  public constructor(private readonly host: Host, private readonly ground: Ground, private journal: Journal) {
    this.staging = new Staging(host, ground.manifestsDirectory, ground.configDirectory);
    this.journalFile = new JournalFile(host, ground.configDirectory);
    this.manifests = new JournaledManifests(host, this.staging, () => this.journal.components);
  }

  /** From "journal written" to the end. */
  public async carryOut(): Promise<Outcome> {
    const { host, manifests } = this;
    try {
      await this.swap('forward');
    } catch (e) {
      const reason = `a manifest could not be renamed (${(e as Error).message})`;
      return manifests.areUntouched() && host.touched.components.length === 0 ? this.abandon(reason) : this.rollBack(reason);
    }
    const changedBy = manifests.foreign();
    if (changedBy) return this.leave(changedBy);
    const lost = manifests.unreadable() ?? manifests.putBackByOthers();
    if (lost) return this.rollBack(lost);
    const health = await this.becomesHealthy('forward');
    const late = manifests.foreign();
    if (late) return this.leave(late);
    if (health.kind === 'healthy') return this.confirm();
    return this.rollBack(health.kind === 'unhealthy' ? health.reason : `${host.stop.reason} before the change was proven`);
  }

  /** Instead of `carryOut`: the end of a run that was asked to stop in time. */
  public withdraw(): Outcome {
    this.abandon(this.host.stop.reason);
    return { kind: 'stopped', reason: this.host.stop.reason };
  }

  /**
   * Brings a run that was killed to its end: forward if that has not failed too often, else back.
   *
   * @param obstacle why no other component may be restarted than those that were, if so: something else in the cluster has broken since
   */
  public async resume(obstacle?: string): Promise<Outcome> {
    const { journal, host } = this;
    const states = journal.components.map(c => this.manifests.state(c));
    host.log(`an earlier run was interrupted (${journal.phase}; ${journal.components.map((c, i) => `${c.file}: ${states[i]}`).join(', ')})`);
    // Of a manifest that somebody else has written since, nobody can tell.
    journal.components.forEach((c, i) => { if (states[i] !== 'before') host.touched.add(c.component); });
    if (journal.phase === 'swapping' && states.every(state => state === 'before')) {
      this.abandon('interrupted before the first rename');
      return { kind: 'unchanged' };
    }
    this.journal = { ...journal, resumed: journal.resumed + 1 };
    if (journal.bootId !== host.processes.bootId()) this.forgetEarlierBoot();
    this.journalFile.writeIfPossible(this.journal);
    if (obstacle !== undefined && states.includes('before')) return this.rollBack(journal.reason || `interrupted, and now ${obstacle}`);
    if (journal.phase === 'swapping' && this.journal.resumed <= RESUMES) return this.carryOut();
    return this.rollBack(journal.reason || `interrupted ${this.journal.resumed} times`);
  }

  /** A machine that was started again gives the same numbers and times to other processes. */
  private forgetEarlierBoot(): void {
    this.journal = { ...this.journal, components: this.journal.components.map(entry => ({ ...entry, old: [] })) };
    this.lastRename = { at: this.host.clock.now(), kubelet: null };
  }

  private async rollBack(reason: string): Promise<Outcome> {
    const { host, manifests } = this;
    const foreign = manifests.foreign();
    if (foreign) return this.leave(foreign);
    host.log(`rolling back: ${reason}`);
    this.save('rolling-back', reason);
    try {
      for (const entry of this.journal.components.filter(c => manifests.state(c) !== 'before')) manifests.ensureRollbackStaged(entry);
      await this.swap('back');
    } catch (e) {
      const interferer = manifests.foreign();
      return interferer ? this.leave(interferer) : this.broken(reason, `and the old manifest could not be put back (${(e as Error).message})`);
    }
    if (host.stop.requested) return { kind: 'stopped', reason: `${host.stop.reason}, the old manifests are back in place` };
    const health = await this.becomesHealthy('back');
    if (health.kind === 'stopped') return { kind: 'stopped', reason: `${host.stop.reason}, the old manifests are back in place` };
    if (health.kind === 'unhealthy') return this.broken(reason, `the old manifests are back in place, but ${health.reason}`);
    this.host.touched.proven = 'rolled-back';
    this.tidy(() => this.staging.clear());
    this.tidy(() => this.staging.removeUnusedCertificates());
    this.save('rolled-back', reason);
    return { kind: 'rolled-back', reason };
  }

  private confirm(): Outcome {
    this.host.touched.proven = 'changed';
    this.tidy(() => this.staging.clear());
    this.save('confirmed', '');
    this.tidy(() => this.staging.prune(new Set(this.journal.components.map(c => this.manifests.backupOf(c)))));
    this.tidy(() => this.staging.removeUnusedCertificates());
    return { kind: 'changed', components: this.journal.components.map(c => c.component) };
  }

  /** @param trouble what hinders the way back; the journal keeps the reason alone, which the next run begins with */
  private broken(reason: string, trouble: string): Outcome {
    this.save('broken', reason);
    const repair = this.journal.components.filter(c => this.manifests.state(c) !== 'before').map(c => this.manifests.putBackByHand(c));
    return { kind: 'broken', reason: `${reason}; ${trouble}`, repair: [...repair, RESTART] };
  }

  /** Somebody else has written a manifest: it is theirs, and nothing of ours may overwrite it. The other one stays only where it is well. */
  private async leave(foreign: string): Promise<Outcome> {
    const ours = this.manifests.ours();
    const { said, repair } = ours.length > 0 ? await this.keepOrPutBack(ours) : { said: '', repair: [] };
    this.tidy(() => this.staging.clear());
    this.save('abandoned', foreign + said);
    if (this.host.touched.components.length === 0) return { kind: 'refused', code: 'foreign-change', reason: foreign };
    return { kind: 'broken', reason: foreign + said, repair };
  }

  private async keepOrPutBack(ours: readonly JournalEntry[]): Promise<{ said: string; repair: readonly string[] }> {
    const { host, manifests } = this;
    const names = ours.map(c => c.component).join(' and ');
    if (this.journal.phase === 'swapping') {
      host.log(`a manifest was changed by somebody else; whether ${names} can stay as changed is to be seen`);
      const changed = await this.becomesHealthy('forward', ours);
      if (changed.kind === 'healthy') return { said: `. ${names} runs with its change, and is healthy`, repair: [] };
    }
    // Nor may this overwrite what became somebody else's in the meantime.
    const mine = ours.filter(c => manifests.state(c) !== 'foreign');
    if (mine.length === 0) return { said: '', repair: [] };
    try {
      for (const entry of mine) manifests.ensureRollbackStaged(entry);
      const items = mine.map(c => ({ ...this.item(c, 'back'), isOurs: () => manifests.state(c) !== 'foreign' }));
      await swap(host, items, { ...this.pace('back'), atOnce: true });
    } catch (e) {
      const repair = manifests.ours().map(c => manifests.putBackByHand(c));
      return { said: `. ${names} is not well with its change, and could not be put back (${(e as Error).message})`, repair: [...repair, RESTART] };
    }
    const before = await this.becomesHealthy('back', mine);
    const well = before.kind === 'unhealthy' ? `, but ${before.reason}` : before.kind === 'healthy' ? ', and is healthy' : '';
    return { said: `. ${names} was not well with its change: its old manifest is back in place${well}`, repair: before.kind === 'unhealthy' ? [RESTART] : [] };
  }

  /** The end of a run that has renamed nothing. */
  private abandon(reason: string): Outcome {
    this.tidy(() => this.staging.clear());
    this.tidy(() => this.staging.removeUnusedCertificates());
    this.save('abandoned', reason);
    return { kind: 'refused', code: 'not-prepared', reason };
  }

  /** What is left behind costs nothing, and the next run removes it: no reason to end otherwise than was decided. */
  private tidy(work: () => void): void {
    try {
      work();
    } catch (e) {
      this.host.log(`not tidied up (${(e as Error).message}); the next run does`);
    }
  }

  private async swap(direction: Direction): Promise<void> {
    const unreadable = direction === 'forward' && this.manifests.unreadable();
    if (unreadable) throw new Error(unreadable);
    const items = this.journal.components
      .filter(c => direction === 'forward' ? this.manifests.state(c) === 'before' : this.manifests.state(c) !== 'before')
      .map(c => this.item(c, direction));
    if (items.length > 0) await swap(this.host, items, this.pace(direction));
  }

  private pace(direction: Direction): Pace {
    const { ground, host, journal } = this;
    const audit = journal.components.some(c => [c.argvBefore, c.argv].some(argv => BATCHED_AUDIT.test(argv.join('\n'))));
    return {
      alone: ground.alone,
      drainMilliseconds: audit ? Math.max(ground.drainMilliseconds, AUDIT_DRAIN) : ground.drainMilliseconds,
      kubelet: direction === 'forward' ? journal.kubelet : findKubelet(host) ?? null,
      atOnce: direction === 'back' && wasRestarted(host, journal.kubelet),
      renamed: () => { this.lastRename = { at: host.clock.now(), kubelet: findKubelet(host) }; },
    };
  }

  private item(entry: JournalEntry, direction: Direction): SwapItem {
    const paths = this.staging.paths(entry.file);
    const forward = direction === 'forward';
    const ends = this.running(entry.component, forward ? entry.argvBefore : entry.argv);
    // From the first form of a manifest that has not started yet straight back: where the old pod still ends, kubelet starts it again
    // as soon as that is done.
    const state = this.manifests.state(entry);
    const straight = !forward && (state === 'half-way back' || state === 'interim' && ends.length === 0);
    return {
      component: entry.component,
      target: paths.target,
      interim: forward ? paths.interim : straight ? undefined : paths.rollbackInterim,
      final: forward ? paths.final : paths.rollback,
      argv: forward ? entry.argv : entry.argvBefore,
      old: ends,
      graceMilliseconds: grace(entry) * 1000,
      listener: entry.probes[0],
      // Both manifests are one change: where one has become somebody else's, the other stays as it is too.
      isOurs: second => this.manifests.foreign() === undefined && this.isExpected(entry, second ? forward ? 'interim' : 'half-way back' : state, forward),
    };
  }

  /** Also who puts back by hand what was there has changed the manifest; on the way back, that is what is wanted. */
  private isExpected(entry: JournalEntry, expected: ManifestState, forward: boolean): boolean {
    const now = this.manifests.state(entry);
    return now === expected || now === 'unreadable' || expected === 'unreadable' || !forward && now === 'before';
  }

  /** Does not fail: whatever happens in here, there is still a way back. */
  private async becomesHealthy(direction: Direction, entries: readonly JournalEntry[] = this.journal.components): Promise<Health> {
    try {
      return await this.watch(direction, entries);
    } catch (e) {
      return { kind: 'unhealthy', reason: `it cannot be seen how the components are (${(e as Error).message})` };
    }
  }

  private watch(direction: Direction, entries: readonly JournalEntry[]): Promise<Health> {
    const { host, ground: { timing } } = this;
    const expectations: Expectation[] = entries.map(c => ({
      component: c.component,
      argv: direction === 'forward' ? c.argv : c.argvBefore,
      probes: c.probes,
      // Some write a limit of years where they mean none: the longest time of this program is one here, too.
      startMilliseconds: Math.min((c.startSeconds ?? 0) * 1000, Math.max(timing.healthMilliseconds, timing.etcdStartMilliseconds)),
      // Going back, a process that never was replaced is as good as a new one.
      old: direction === 'forward' ? c.old : [],
    }));
    // The usual grace fits into these times; who gives a pod more to end needs more until the next one runs.
    const longer = Math.max(0, ...entries.map(entry => grace(entry) - GRACE_SECONDS)) * 1000;
    const patience = longer + (direction === 'forward' ? timing.healthMilliseconds : Math.max(timing.healthMilliseconds, PATIENCE_BACK));
    const apiServer = this.journal.components.find(c => c.component === 'kube-apiserver');
    const deadlock = new Deadlock(host, {
      kubelet: this.journal.kubelet,
      lastRename: this.lastRename,
      endMilliseconds: longer + NOT_ENDING,
      leftOver: () => entries.flatMap(c => this.running(c.component, direction === 'forward' ? c.argvBefore : c.argv)),
      apiAnswers: async () => (await Promise.all((apiServer?.probes ?? []).map(probe => host.endpoints.answers(probe)))).some(Boolean),
    });
    return becomeHealthy(host, expectations, { ...timing, healthMilliseconds: patience }, () => deadlock.cure());
  }

  private running(component: Component, argv: readonly string[]): Process[] {
    return this.host.processes.named(component).filter(p => matches(p, argv));
  }

  private save(phase: Journal['phase'], reason: string): void {
    this.journal = { ...this.journal, phase, reason };
    this.journalFile.writeIfPossible(this.journal);
  }
}

