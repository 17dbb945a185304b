import { digest } from './journal';
import { FileState } from '../host/files';
import { Host } from '../host/host';
import { CERTIFICATE_FILE, NodeFile } from '../plan/certificates';
import { MAX_MANIFEST_BYTES } from '../plan/manifest';
import { ComponentPlan, ConfigFile } from '../plan/plan';

/** Everything a change and its rollback need, on disk before the first rename: a rollback is then a rename and needs no space. */
export interface Staged {
  readonly target: string;
  readonly interim: string;
  readonly final: string;
  readonly rollbackInterim: string;
  readonly rollback: string;
}

/** kubelet ignores names with a leading dot, and only those. */
const PREFIX = '.cdk8s-control-plane-tracing.';
const BACKUPS = 5;
const READABLE = 0o644;
const SECRET = 0o600;
/** What `Files.replace` calls a file that is not whole yet. */
const TEMPORARY = /^\..+\.[0-9a-f]{12}$/;

/** The files of our own making, in kubelet's directory (dot-files only) and in our own. */
export class Staging {
  public constructor(
    private readonly host: Host, private readonly manifestsDirectory: string, private readonly configDirectory: string,
  ) {}

  public paths(file: string): Staged {
    const at = (role: string) => `${this.manifestsDirectory}/${PREFIX}${file}.${role}`;
    return {
      target: `${this.manifestsDirectory}/${file}`,
      interim: at('interim'),
      final: at('final'),
      rollbackInterim: at('rollback-interim'),
      rollback: at('rollback'),
    };
  }

  /** Leaves nothing behind if it fails. */
  public stage(components: readonly ComponentPlan[]): void {
    this.clear();
    try {
      // A directory in which files can be made but not renamed (chattr +a) is known before the first rename.
      const [trial] = components.map(c => this.paths(c.file).target.replace(/[^/]*$/, `${PREFIX}trial`));
      this.host.files.create(trial!, { ...this.host.files.read(this.paths(components[0]!.file).target), text: '' });
      this.host.files.remove(trial!);
      for (const component of components) {
        const paths = this.paths(component.file);
        const like = this.host.files.read(paths.target);
        const make = (path: string, text: string) => this.host.files.create(path, { ...like, text });
        make(paths.interim, component.interim);
        make(paths.final, component.after);
        make(paths.rollbackInterim, component.rollbackInterim);
        make(paths.rollback, component.before);
      }
      this.host.files.syncDirectory(this.manifestsDirectory);
    } catch (e) {
      this.clear();
      throw e;
    }
  }

  /** Makes the staged rollback files anew where a killed run has used them up. */
  public stageRollback(file: string, rollbackInterim: FileState, rollback: FileState): void {
    const paths = this.paths(file);
    for (const [path, state] of [[paths.rollbackInterim, rollbackInterim], [paths.rollback, rollback]] as const) {
      if (this.whole(path, digest(state.text))) continue;
      this.host.files.remove(path);
      this.host.files.create(path, state);
    }
  }

  /** Removes what an earlier or this run has staged; touches nothing else. */
  public clear(): void {
    const left = this.left();
    for (const path of left) this.host.files.remove(path);
    if (left.length > 0) this.host.files.syncDirectory(this.manifestsDirectory);
  }

  /** Staged manifests, and the temporary files of a run that was killed while it wrote one of ours. */
  public left(): string[] {
    const { files } = this.host;
    const staged = files.list(this.manifestsDirectory).filter(name => name.startsWith(PREFIX)).map(name => `${this.manifestsDirectory}/${name}`);
    const temporary = [this.configDirectory, this.backupDirectory].filter(directory => files.isDirectory(directory))
      .flatMap(directory => files.list(directory).filter(name => TEMPORARY.test(name)).map(name => `${directory}/${name}`));
    return [...staged, ...temporary];
  }

  public makeDirectories(): void {
    this.host.files.makeDirectory(this.configDirectory, 0o700);
    this.host.files.makeDirectory(this.backupDirectory, 0o700);
  }

  /**
   * Named by its content, so a file that is there is the right one; one that is not whole is replaced. An API server that runs as another user
   * than root (kubeadm's RootlessControlPlane) must be able to read it; others on the node cannot, as its directory is root's alone.
   */
  public writeConfig(config: ConfigFile): void {
    if (this.host.files.readIfThere(config.path)?.text === config.text) return;
    this.host.files.replace(config.path, { text: config.text, mode: READABLE, uid: 0, gid: 0 });
  }

  /** As the configuration: named by their content, and there before a manifest names them. A component that cannot read one sends plain text. */
  public writeCertificates(certificates: readonly NodeFile[]): void {
    for (const { path, text, secret } of this.wrongCertificates(certificates)) {
      this.host.files.replace(path, { text, mode: secret ? SECRET : READABLE, uid: 0, gid: 0 });
    }
  }

  /** Those that are missing, damaged, or readable by more or less than they should be. */
  public wrongCertificates(certificates: readonly NodeFile[]): NodeFile[] {
    return certificates.filter(({ path, text, secret }) => {
      try {
        const there = this.host.files.readIfThere(path);
        return there?.text !== text || there.mode !== (secret ? SECRET : READABLE);
      } catch {
        return true; // Writing it anew says why.
      }
    });
  }

  /** Certificates and keys that no manifest refers to. Not for what a backup refers to: a key does not lie on after it was taken out. */
  public unusedCertificates(): string[] {
    const { files } = this.host;
    if (!files.isDirectory(this.configDirectory)) return [];
    const ours = files.list(this.configDirectory).filter(name => CERTIFICATE_FILE.test(name));
    if (ours.length === 0) return [];
    const texts = this.manifestTexts();
    return ours.filter(name => !texts.some(text => text.includes(name))).map(name => `${this.configDirectory}/${name}`);
  }

  public removeUnusedCertificates(): void {
    const unused = this.unusedCertificates();
    for (const path of unused) this.host.files.remove(path);
    if (unused.length > 0) this.host.files.syncDirectory(this.configDirectory);
  }

  /** A byte copy, named by its content. @returns its path */
  public backUp(file: string, state: FileState): string {
    const path = this.backupPath(file, digest(state.text));
    if (this.host.files.readIfThere(path)?.text !== state.text) this.host.files.replace(path, state);
    if (this.host.files.read(path).text !== state.text) throw new Error(`the backup ${path} does not read back as it was written`);
    return path;
  }

  public backupPath(file: string, sha256: string): string {
    return `${this.backupDirectory}/${file}.${sha256.slice(0, 12)}`;
  }

  /** The file with this digest, or undefined where it is missing, damaged or cannot be read. */
  public whole(path: string, sha256: string): FileState | undefined {
    try {
      const state = this.host.files.readIfThere(path);
      return state && digest(state.text) === sha256 ? state : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * After a confirmed change: the newest backups stay, and every configuration file that a manifest or a backup refers to.
   * An API server whose configuration file is missing does not start.
   */
  public prune(keep: ReadonlySet<string>): void {
    const { files } = this.host;
    const backups = files.list(this.backupDirectory).filter(name => !name.startsWith('.'));
    for (const file of new Set(backups.map(name => name.slice(0, name.lastIndexOf('.'))))) {
      const of = backups.filter(name => name.startsWith(`${file}.`)).map(name => `${this.backupDirectory}/${name}`);
      const old = of.filter(path => !keep.has(path)).sort((a, b) => files.modified(a) - files.modified(b));
      for (const path of old.slice(0, Math.max(0, of.length - BACKUPS))) files.remove(path);
    }
    const texts: string[] = [];
    for (const name of files.list(this.backupDirectory)) texts.push(this.textOf(`${this.backupDirectory}/${name}`));
    texts.push(...this.manifestTexts());
    for (const name of files.list(this.configDirectory)) {
      if (/^tracing-config\.[0-9a-f]+\.yaml$/.test(name) && !texts.some(text => text.includes(name))) files.remove(`${this.configDirectory}/${name}`);
    }
  }

  private manifestTexts(): string[] {
    const { files } = this.host;
    const paths = files.list(this.manifestsDirectory).filter(name => !name.startsWith('.')).map(name => `${this.manifestsDirectory}/${name}`);
    return paths.map(path => this.textOf(path));
  }

  /** Of whatever lies there, also what is no text: other people's files are no reason not to tidy up. */
  private textOf(path: string): string {
    return this.host.files.readThroughLinksUpTo(path, MAX_MANIFEST_BYTES) ?? '';
  }

  private get backupDirectory(): string {
    return `${this.configDirectory}/backup`;
  }
}
