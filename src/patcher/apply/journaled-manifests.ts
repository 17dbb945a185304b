import { digest, JournalEntry } from './journal';
import { Staging } from './staging';
import { UnsafePathError } from '../host/files';
import { Host } from '../host/host';

/** In place of a digest. A disk that fails is no person's edit: what cannot be read is replaced by what was there before. */
const UNREADABLE = 'unreadable';

/** What a manifest is at the moment, by its content. */
export type ManifestState = 'before' | 'interim' | 'after' | 'half-way back' | 'foreign' | 'unreadable';

/** The manifests of a journal, as they lie in the directory at this moment. */
export class JournaledManifests {
  public constructor(private readonly host: Host, private readonly staging: Staging, private readonly entries: () => readonly JournalEntry[]) {}

  public state(entry: JournalEntry): ManifestState {
    switch (this.found(entry)) {
      case entry.before: return 'before';
      case entry.interim: return 'interim';
      case entry.after: return 'after';
      case entry.rollbackInterim: return 'half-way back';
      case UNREADABLE: return 'unreadable';
      default: return 'foreign';
    }
  }

  public areUntouched(): boolean {
    return this.entries().every(entry => this.state(entry) === 'before');
  }

  /** Those that are neither as before nor somebody else's. */
  public ours(): JournalEntry[] {
    return this.entries().filter(entry => !['before', 'foreign'].includes(this.state(entry)));
  }

  /** The sentence about a manifest that somebody else has written, if there is one. */
  public foreign(): string | undefined {
    const entry = this.entries().find(each => this.state(each) === 'foreign');
    return entry && `${this.staging.paths(entry.file).target} was changed by somebody else while this program worked; it was left as it is. `
      + `The manifest of before is kept as ${this.backupOf(entry)}. Look at it, then ask for a new run`;
  }

  public unreadable(): string | undefined {
    const entry = this.entries().find(each => this.state(each) === 'unreadable');
    return entry && `${entry.file} cannot be read any more`;
  }

  /** Of manifests that were all renamed: whose bytes of before are there again. */
  public putBackByOthers(): string | undefined {
    const entry = this.entries().find(each => this.state(each) === 'before');
    return entry && `${entry.file} of before was put back by somebody else`;
  }

  public ensureRollbackStaged(entry: JournalEntry): void {
    const paths = this.staging.paths(entry.file);
    const interim = this.staging.whole(paths.rollbackInterim, entry.rollbackInterim);
    if (interim && this.staging.whole(paths.rollback, entry.before)) return;
    const backup = this.staging.whole(this.backupOf(entry), entry.before);
    if (backup === undefined) throw new Error(`the backup ${this.backupOf(entry)} is missing or damaged`);
    // The interim form only saves time: without it the original goes back in one rename.
    this.staging.stageRollback(entry.file, interim ?? backup, backup);
  }

  public backupOf(entry: JournalEntry): string {
    return this.staging.backupPath(entry.file, entry.before);
  }

  /** One command that needs nothing but a shell: our directory and kubelet's are on one file system, so this is a rename. */
  public putBackByHand(entry: JournalEntry): string {
    return `mv ${this.backupOf(entry)} ${this.staging.paths(entry.file).target}`;
  }

  /** The digest of what is there, if it can be read; undefined for nothing, and for what is no plain text file: neither is of our making. */
  private found(entry: JournalEntry): string | undefined {
    const { target } = this.staging.paths(entry.file);
    try {
      const file = this.host.files.readIfThere(target);
      return file && digest(file.text);
    } catch (e) {
      return e instanceof UnsafePathError ? undefined : UNREADABLE;
    }
  }
}
