import { createHash } from 'crypto';
import { Phase, problemOf } from './journal-shape';
import { isRecord } from '../../patch-spec/is-record';
import { ProbeTarget } from '../host/endpoints';
import { UnsafePathError } from '../host/files';
import { Host } from '../host/host';
import { ProcessId } from '../host/processes';
import { Component } from '../plan/plan';

/**
 * What a run was about to do, written and synced before the first rename, so that any later run can bring it to an end.
 * https://en.wikipedia.org/wiki/Write-ahead_logging
 */
export interface Journal {
  readonly format: 1;
  readonly phase: Phase;
  /** Which Job (its UID) or person wrote it. */
  readonly run: string;
  /** What `old` and `kubelet` are counted in. */
  readonly bootId: string;
  /** kubelet as it was before the first rename: a restarted one has forgotten what it was doing. */
  readonly kubelet: ProcessId | null;
  /** How often a later run had to pick this one up. */
  readonly resumed: number;
  readonly components: readonly JournalEntry[];
  readonly reason: string;
}

export interface JournalEntry {
  readonly component: Component;
  readonly file: string;
  readonly before: string;
  readonly interim: string;
  readonly after: string;
  /** Of the interim form of `before`, which a rollback may have put there. */
  readonly rollbackInterim: string;
  readonly argvBefore: readonly string[];
  readonly argv: readonly string[];
  readonly probes: readonly ProbeTarget[];
  /** How long its start may take; an earlier release did not write it. */
  readonly startSeconds?: number;
  /** How long its end may take; an earlier release did not write it. */
  readonly graceSeconds?: number;
  /** The processes that ran before the first rename. */
  readonly old: readonly ProcessId[];
}

/** As it is on disk, where every release reads the same: `rollback` has been the name of `rollbackInterim` there from the beginning. */
type WrittenEntry = Omit<JournalEntry, 'rollbackInterim'> & { readonly rollback: string };
type WrittenJournal = Omit<Journal, 'components'> & { readonly components: readonly WrittenEntry[] };

export function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export function isUnfinished(journal: Journal | undefined): journal is Journal {
  return journal !== undefined && (journal.phase === 'swapping' || journal.phase === 'rolling-back' || journal.phase === 'broken');
}

/** What lies in its place cannot be followed. */
export class DamagedJournal extends Error {}

/** The journal of a node: one file, replaced as a whole. */
export class JournalFile {
  private readonly path: string;

  public constructor(private readonly host: Host, private readonly directory: string) {
    this.path = `${directory}/journal.json`;
  }

  /** Why nothing in our directory is to be trusted, or undefined. kubelet makes it for the Job, with mode 0755. */
  public hazard(): string | undefined {
    const { files } = this.host;
    const hazard = [this.directory, `${this.directory}/backup`].map(path => files.exists(path) ? files.hazard(path) : undefined).find(Boolean);
    return hazard && `${hazard}, so that its journal and its backups may be anybody's: look at them, then run \`chown -R root:root ${
      this.directory} && chmod -R go-w ${this.directory}\``;
  }

  /** Throws a `DamagedJournal` that says what is wrong with it. */
  public read(): Journal | undefined {
    if (this.hazard()) return undefined;
    let file;
    try {
      file = this.host.files.readIfThere(this.path);
    } catch (e) {
      throw e instanceof UnsafePathError ? this.damaged(e.message) : e;
    }
    if (file === undefined) return undefined;
    let journal: unknown;
    try {
      journal = JSON.parse(file.text);
    } catch {
      throw this.damaged('it is no JSON');
    }
    if (isRecord(journal) && typeof journal.format === 'number' && journal.format !== 1) {
      throw new DamagedJournal(`${this.path} has format ${journal.format}, and this program knows 1: use the release that wrote it`);
    }
    const wrong = problemOf(journal);
    if (wrong !== undefined) throw this.damaged(wrong);
    const written = journal as WrittenJournal;
    return { ...written, components: written.components.map(({ rollback, ...entry }) => ({ ...entry, rollbackInterim: rollback })) };
  }

  private damaged(why: string): DamagedJournal {
    return new DamagedJournal(`${this.path} is damaged (${why}): compare the manifests with the backups beside it, then move the file away`);
  }

  public write(journal: Journal): void {
    const components = journal.components.map(({ rollbackInterim: rollback, ...entry }): WrittenEntry => ({ ...entry, rollback }));
    const written: WrittenJournal = { ...journal, components };
    this.host.files.replace(this.path, { text: `${JSON.stringify(written, null, 1)}\n`, mode: 0o600, uid: 0, gid: 0 });
  }

  /**
   * Once manifests have been renamed, a full disk must not keep the program from its work: the journal then stays as it was,
   * from which a later run comes to the same decisions.
   */
  public writeIfPossible(journal: Journal): void {
    try {
      this.write(journal);
    } catch (e) {
      this.host.log(`the journal could not be written (${(e as Error).message}); going on`);
    }
  }
}
