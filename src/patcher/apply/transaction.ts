import { becomeHealthy, Expectation, Health, HealthTiming, matches } from './health';
import { digest, Journal, JournalEntry, JournalFile } from './journal';
import { findKubelet, healKubelet, wasRestarted } from './kubelet';
import { Outcome } from './outcome';
import { Staging } from './staging';
import { swap, SwapItem } from './swap';
import { UnsafePathError } from '../host/files';
import { Host } from '../host/host';
import { Process } from '../host/processes';
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

/** In place of a digest. A disk that fails is no person's edit: what cannot be read is replaced by what was there before. */
const UNREADABLE = 'unreadable';

type Direction = 'forward' | 'back';

/** What a manifest is at the moment, by its content. */
type State = 'before' | 'interim' | 'after' | 'half-way back' | 'foreign' | 'unreadable';

/**
 * The part of a run after the journal is written: renames, proof, rollback. Everything it needs is in the journal and in the staged files, so
 * that a run that was killed is brought to its end by the same code.
 */
export class Transaction {
  private readonly staging: Staging;
  private readonly journalFile: JournalFile;

  public constructor(private readonly host: Host, private readonly ground: Ground, private journal: Journal) {
    this.staging = new Staging(host, ground.manifestsDirectory, ground.configDirectory);
    this.journalFile = new JournalFile(host, ground.configDirectory);
  }

  /** From "journal written" to the end. */
  public async carryOut(): Promise<Outcome> {
    const foreign = this.foreign();
    if (foreign) return this.leave(foreign);
    try {
      await this.swap('forward');
    } catch (e) {
      const reason = `a manifest could not be renamed (${(e as Error).message})`;
      const interferer = this.foreign();
      if (interferer) return this.leave(interferer);
      return this.isUntouched() ? this.abandon(reason) : this.rollBack(reason);
    }
    const changedBy = this.foreign();
    if (changedBy) return this.leave(changedBy);
    const unreadable = this.unreadable();
    if (unreadable) return this.rollBack(unreadable);
    const health = await this.becomesHealthy('forward');
    if (health.kind === 'healthy') return this.confirm();
    return this.rollBack(health.kind === 'unhealthy' ? health.reason : `${this.host.stop.reason} before the change was proven`);
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
    const states = journal.components.map(c => this.state(c));
    host.log(`an earlier run was interrupted (${journal.phase}; ${journal.components.map((c, i) => `${c.file}: ${states[i]}`).join(', ')})`);
    // Of a manifest that somebody else has written since, nobody can tell.
    journal.components.forEach((c, i) => { if (states[i] !== 'before') host.touched.add(c.component); });
    if (states.includes('foreign')) return this.leave(this.foreign()!);
    if (journal.phase === 'swapping' && this.isUntouched()) {
      this.abandon('interrupted before the first rename');
      return { kind: 'unchanged' };
    }
    this.journal = { ...journal, resumed: journal.resumed + 1, components: this.withoutEarlierBoots(journal) };
    this.journalFile.writeIfPossible(this.journal);
    if (obstacle !== undefined && states.includes('before')) return this.rollBack(`interrupted, and now ${obstacle}`);
    if (journal.phase === 'swapping' && this.journal.resumed <= RESUMES) return this.carryOut();
    return this.rollBack(journal.reason || `interrupted ${this.journal.resumed} times`);
  }

  /** A machine that was started again gives the same numbers and times to other processes. */
  private withoutEarlierBoots({ bootId, components }: Journal): readonly JournalEntry[] {
    return bootId === this.host.processes.bootId() ? components : components.map(entry => ({ ...entry, old: [] }));
  }

  private async rollBack(reason: string): Promise<Outcome> {
    const { host } = this;
    host.log(`rolling back: ${reason}`);
    this.save('rolling-back', reason);
    const changed = this.journal.components.filter(c => this.state(c) !== 'before');
    if (changed.some(c => this.state(c) === 'foreign')) return this.leave(this.foreign()!);
    try {
      for (const entry of changed) this.ensureRollbackStaged(entry);
      await this.swap('back');
    } catch (e) {
      const interferer = this.foreign();
      if (interferer) return this.leave(interferer);
      return this.broken(`${reason}; and the old manifest could not be put back (${(e as Error).message})`);
    }
    if (host.stop.requested) return { kind: 'stopped', reason: `${host.stop.reason}, the old manifests are back in place` };
    const health = await this.becomesHealthy('back');
    if (health.kind === 'stopped') return { kind: 'stopped', reason: `${host.stop.reason}, the old manifests are back in place` };
    if (health.kind === 'unhealthy') return this.broken(`${reason}; the old manifests are back in place, but ${health.reason}`);
    this.host.touched.proven = 'rolled-back';
    this.tidy(() => this.staging.clear());
    this.save('rolled-back', reason);
    return { kind: 'rolled-back', reason };
  }

  private confirm(): Outcome {
    this.host.touched.proven = 'changed';
    this.tidy(() => this.staging.clear());
    this.save('confirmed', '');
    this.tidy(() => this.staging.prune(new Set(this.journal.components.map(c => this.backupOf(c)))));
    return { kind: 'changed', components: this.journal.components.map(c => c.component) };
  }

  private broken(reason: string): Outcome {
    this.save('broken', reason);
    const repair = this.journal.components.filter(c => this.state(c) !== 'before').map(c => this.putBack(c));
    return { kind: 'broken', reason, repair: [...repair, 'systemctl restart kubelet'] };
  }

  /** Somebody else has written a manifest: it is theirs, and nothing of ours may overwrite it. */
  private leave(foreign: string): Outcome {
    const touched = this.journal.components.filter(c => !['before', 'foreign'].includes(this.state(c)));
    this.tidy(() => this.staging.clear());
    this.save('abandoned', foreign);
    if (this.host.touched.components.length === 0) return { kind: 'refused', code: 'foreign-change', reason: foreign };
    return { kind: 'broken', reason: foreign, repair: touched.map(c => this.putBack(c)) };
  }

  /** The end of a run that has renamed nothing. */
  private abandon(reason: string): Outcome {
    this.tidy(() => this.staging.clear());
    this.save('abandoned', reason);
    return { kind: 'refused', code: 'not-prepared', reason };
  }

  private isUntouched(): boolean {
    return this.journal.components.every(c => this.state(c) === 'before');
  }

  /** What is left behind costs nothing, and the next run removes it: no reason to end otherwise than was decided. */
  private tidy(work: () => void): void {
    try {
      work();
    } catch (e) {
      this.host.log(`not tidied up (${(e as Error).message}); the next run does`);
    }
  }

  private foreign(): string | undefined {
    const entry = this.journal.components.find(c => this.state(c) === 'foreign');
    return entry && `${this.staging.paths(entry.file).target} was changed by somebody else while this program worked; it was left as it is. `
      + `The manifest of before is kept as ${this.backupOf(entry)}. Look at it, then ask for a new run`;
  }

  private unreadable(): string | undefined {
    const entry = this.journal.components.find(c => this.state(c) === 'unreadable');
    return entry && `${entry.file} cannot be read any more`;
  }

  private async swap(direction: Direction): Promise<void> {
    const { ground, host } = this;
    const unreadable = direction === 'forward' && this.unreadable();
    if (unreadable) throw new Error(unreadable);
    const items = this.journal.components
      .filter(c => direction === 'forward' ? this.state(c) === 'before' : this.state(c) !== 'before')
      .map(c => this.item(c, direction));
    if (items.length === 0) return;
    const audit = this.journal.components.some(c => [c.argvBefore, c.argv].some(argv => BATCHED_AUDIT.test(argv.join('\n'))));
    await swap(host, items, {
      alone: ground.alone,
      drainMilliseconds: audit ? Math.max(ground.drainMilliseconds, AUDIT_DRAIN) : ground.drainMilliseconds,
      kubelet: direction === 'forward' ? this.journal.kubelet : findKubelet(host) ?? null,
      atOnce: direction === 'back' && wasRestarted(host, this.journal.kubelet),
    });
  }

  private item(entry: JournalEntry, direction: Direction): SwapItem {
    const paths = this.staging.paths(entry.file);
    const forward = direction === 'forward';
    const ends = this.running(entry.component, forward ? entry.argvBefore : entry.argv);
    // From the first form of a manifest that has not started yet straight back: where the old pod still ends, kubelet starts it again
    // as soon as that is done.
    const state = this.state(entry);
    const straight = !forward && (state === 'half-way back' || state === 'interim' && ends.length === 0);
    return {
      component: entry.component,
      target: paths.target,
      interim: forward ? paths.interim : straight ? undefined : paths.rollbackInterim,
      final: forward ? paths.final : paths.rollback,
      argv: forward ? entry.argv : entry.argvBefore,
      old: ends,
      listener: entry.probes[0],
      // Both manifests are one change: where one has become somebody else's, the other stays as it is too.
      isOurs: () => this.foreign() === undefined,
    };
  }

  /** Does not fail: whatever happens in here, there is still a way back. */
  private async becomesHealthy(direction: Direction): Promise<Health> {
    try {
      return await this.watch(direction);
    } catch (e) {
      return { kind: 'unhealthy', reason: `it cannot be seen how the components are (${(e as Error).message})` };
    }
  }

  private watch(direction: Direction): Promise<Health> {
    const { host } = this;
    const entries = this.journal.components;
    const expectations: Expectation[] = entries.map(c => ({
      component: c.component,
      argv: direction === 'forward' ? c.argv : c.argvBefore,
      probes: c.probes,
      startMilliseconds: (c.startSeconds ?? 0) * 1000,
      // Going back, a process that never was replaced is as good as a new one.
      old: direction === 'forward' ? c.old : [],
    }));
    const { timing } = this.ground;
    const patience = direction === 'forward' ? timing.healthMilliseconds : Math.max(timing.healthMilliseconds, PATIENCE_BACK);
    return becomeHealthy(host, expectations, { ...timing, healthMilliseconds: patience }, () => {
      if (!wasRestarted(host, this.journal.kubelet)) return;
      const leftOver = entries.flatMap(c => this.running(c.component, direction === 'forward' ? c.argvBefore : c.argv));
      healKubelet(host, leftOver);
    });
  }

  private running(component: Component, argv: readonly string[]): Process[] {
    return this.host.processes.named(component).filter(p => matches(p, argv));
  }

  private state(entry: JournalEntry): State {
    switch (this.found(entry)) {
      case entry.before: return 'before';
      case entry.interim: return 'interim';
      case entry.after: return 'after';
      case entry.rollbackInterim: return 'half-way back';
      case UNREADABLE: return 'unreadable';
      default: return 'foreign';
    }
  }

  /** The digest of what is there, if it can be read; undefined for nothing, and for what is no plain file: neither is of our making. */
  private found(entry: JournalEntry): string | undefined {
    const { target } = this.staging.paths(entry.file);
    try {
      if (!this.host.files.exists(target) || !this.host.files.isRegular(target)) return undefined;
      const file = this.host.files.readIfThere(target);
      return file && digest(file.text);
    } catch (e) {
      return e instanceof UnsafePathError ? undefined /* not even a text */ : UNREADABLE;
    }
  }

  private ensureRollbackStaged(entry: JournalEntry): void {
    const paths = this.staging.paths(entry.file);
    const interim = this.staging.whole(paths.rollbackInterim, entry.rollbackInterim);
    if (interim && this.staging.whole(paths.rollback, entry.before)) return;
    const backup = this.staging.whole(this.backupOf(entry), entry.before);
    if (backup === undefined) throw new Error(`the backup ${this.backupOf(entry)} is missing or damaged`);
    // The interim form only saves time: without it the original goes back in one rename.
    this.staging.stageRollback(entry.file, interim ?? backup, backup);
  }

  /** One command that needs nothing but a shell: our directory and kubelet's are on one file system, so this is a rename. */
  private putBack(entry: JournalEntry): string {
    return `mv ${this.backupOf(entry)} ${this.staging.paths(entry.file).target}`;
  }

  private backupOf(entry: JournalEntry): string {
    return `${this.ground.configDirectory}/backup/${entry.file}.${entry.before.slice(0, 12)}`;
  }

  private save(phase: Journal['phase'], reason: string): void {
    this.journal = { ...this.journal, phase, reason };
    this.journalFile.writeIfPossible(this.journal);
  }
}

