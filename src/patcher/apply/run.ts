import { certificatesProblem } from './certificates';
import { collectorTls } from './collector-tls';
import { matches } from './health';
import { DamagedJournal, digest, isUnfinished, Journal, JournalFile } from './journal';
import { findKubelet } from './kubelet';
import { readManifests } from './manifest-directory';
import { Outcome } from './outcome';
import { notRunning, Objection, preflight } from './preflight';
import { Staging } from './staging';
import { Ground, Transaction } from './transaction';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { UnsafePathError } from '../host/files';
import { Host } from '../host/host';
import { Certificates } from '../plan/certificates';
import { EtcdMember, etcdMember } from '../plan/etcd-member';
import { ComponentPlan, NodeFacts, Plan } from '../plan/plan';
import { plan } from '../plan/planner';

export interface Task {
  readonly spec: PatchSpec;
  /** The TracingConfiguration of the ConfigMap. */
  readonly template: string;
  readonly facts: NodeFacts;
  /** Where the spec asks for TLS. */
  readonly certificates?: Certificates | undefined;
  /** Who asks: the UID of the Job, or a name for work by hand. A change that failed is not tried again by the same. */
  readonly run: string;
}

/** What a look at the node says, with nothing touched. */
export type Examination =
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** An earlier run was killed here and must be brought to its end first. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'planned'; readonly plan: Plan; readonly changed: readonly ComponentPlan[]; readonly etcd: EtcdMember | undefined };

/** What may be otherwise at the next look. */
const FLEETING = ['unhealthy-start', 'not-as-manifest', 'no-kubelet', 'collector-tls'];
const LOOKS = 4;
const BETWEEN_LOOKS = 2_000;

/** One node: look, decide, change, prove. */
export class Run {
  private readonly staging: Staging;
  private readonly journal: JournalFile;

  public constructor(private readonly host: Host, private readonly task: Task) {
    const { manifestsDirectory, configDirectory } = task.spec;
    this.staging = new Staging(host, manifestsDirectory, configDirectory);
    this.journal = new JournalFile(host, configDirectory);
  }

  /** Reads, plans and checks; writes nothing. */
  public async examine(): Promise<Examination> {
    const { manifestsDirectory } = this.task.spec;
    const unusable = this.unusable();
    if (unusable) return { kind: 'refused', ...unusable };
    const journal = this.readJournal();
    if (journal instanceof DamagedJournal) return { kind: 'refused', code: 'damaged-journal', reason: journal.message };
    if (isUnfinished(journal)) return { kind: 'interrupted' };
    let manifests;
    try {
      manifests = readManifests(this.host.files, manifestsDirectory);
    } catch (e) {
      if (!(e instanceof UnsafePathError)) throw e;
      return { kind: 'refused', code: 'unsafe-file', reason: e.message };
    }
    const { spec, template, facts, certificates } = this.task;
    const wrong = certificates && certificatesProblem(certificates, this.host.clock);
    if (wrong !== undefined) return { kind: 'refused', code: 'component-tls', reason: `componentTls: ${wrong}` };
    const given = { spec, template, facts, manifests, ...certificates && { certificates } };
    const first = plan(given);
    const stale = first.kind === 'planned' && first.plan.configFile && this.host.files.readIfThere(first.plan.configFile.path)?.text !== first.plan.configFile.text;
    const result = stale ? plan({ ...given, facts: { ...facts, staleConfigFile: true } }) : first;
    if (result.kind === 'refused') {
      return { kind: 'refused', code: result.refusals[0]!.code, reason: result.refusals.map(r => `${r.at}: ${r.message}`).join('\n') };
    }
    const changed = result.plan.components.filter(c => c.before !== c.after);
    const spent = changed.length > 0 && this.triedBefore(journal, changed);
    if (spent) {
      return { kind: 'refused', code: 'tried-before', reason: `this run has tried the same change already (${spent}): ask for a new run (\`runId\`) when the cause is gone` };
    }
    const objection = await this.objection(result.plan, changed);
    return objection ? { kind: 'refused', ...objection } : { kind: 'planned', plan: result.plan, changed, etcd: etcdMember(manifests, facts.nodeName) };
  }

  /** Why nothing can be begun in these directories, or undefined. */
  private unusable(): Objection | undefined {
    const { manifestsDirectory } = this.task.spec;
    if (!this.host.files.isDirectory(manifestsDirectory)) {
      return { code: 'no-manifests-directory', reason: `${manifestsDirectory} is not a directory: is this a kubeadm control-plane node?` };
    }
    const hazard = this.journal.hazard();
    return hazard ? { code: 'unsafe-file', reason: hazard } : undefined;
  }

  /** One answer that is lost, or a process that just forks, is no reason to fail a whole rollout. */
  private async objection(planned: Plan, changed: readonly ComponentPlan[]): Promise<Objection | undefined> {
    const { host, task: { spec: { manifestsDirectory } } } = this;
    // Without its files a component does not run, until they are written again.
    if (changed.length === 0 && !this.areFilesWhole(planned)) return undefined;
    for (let look = 1; ; look++) {
      const objection = changed.length > 0
        ? await preflight(host, manifestsDirectory, changed) ?? await this.collectorObjection() : await notRunning(host, planned.components);
      if (objection === undefined || !FLEETING.includes(objection.code) || look === LOOKS || this.host.stop.requested) return objection;
      await this.host.clock.sleep(BETWEEN_LOOKS);
    }
  }

  private async collectorObjection(): Promise<Objection | undefined> {
    const { certificates, facts: { endpoint } } = this.task;
    return certificates && endpoint ? collectorTls(this.host, endpoint, certificates) : undefined;
  }

  public isInterrupted(): boolean {
    return this.interrupted() !== undefined;
  }

  /** The journal of a run that was killed here; of one that is damaged, the examination says so. */
  private interrupted(): Journal | undefined {
    const journal = this.readJournal();
    return journal instanceof DamagedJournal || !isUnfinished(journal) ? undefined : journal;
  }

  private readJournal(): Journal | DamagedJournal | undefined {
    try {
      return this.journal.read();
    } catch (e) {
      if (e instanceof DamagedJournal) return e;
      throw e;
    }
  }

  /**
   * @param obstacle why no other component may be restarted, if so
   * @returns the end of this run, or undefined where it can go on with its own plan
   */
  public async resumeInterrupted(obstacle?: string): Promise<Outcome | undefined> {
    const journal = this.interrupted();
    if (!journal) return undefined;
    const outcome = await new Transaction(this.host, this.ground, journal).resume(obstacle);
    this.host.log(`the interrupted run ended: ${outcome.kind}`);
    if (outcome.kind === 'unchanged' || outcome.kind === 'changed') return undefined;
    // A run that failed for another Job does not keep this one from its own plan, as long as the node is well.
    return outcome.kind === 'rolled-back' && journal.run !== this.task.run ? undefined : outcome;
  }

  /** For a node on which there was nothing to do: makes sure of it. @returns undefined where there is something to do by now */
  public async keepAsItIs(): Promise<Outcome | undefined> {
    const examination = await this.examine();
    if (examination.kind === 'refused') return examination;
    return examination.kind === 'planned' && examination.changed.length === 0 ? this.change(examination.plan, []) : undefined;
  }

  /** Makes the node what the spec asks for. */
  public async execute(): Promise<Outcome> {
    const unfinished = await this.resumeInterrupted();
    if (unfinished) return unfinished;
    const examination = await this.examine();
    if (examination.kind === 'interrupted') throw new Error('the journal is still unfinished after it was resumed');
    if (examination.kind === 'refused') return examination;
    if (this.host.stop.requested) return { kind: 'stopped', reason: this.host.stop.reason };
    return this.change(examination.plan, examination.changed);
  }

  private async change(planned: Plan, changed: readonly ComponentPlan[]): Promise<Outcome> {
    for (const note of planned.notes) this.host.log(`note: ${note}`);
    let journal: Journal;
    try {
      if (changed.length === 0) return await this.keep(planned);
      journal = this.prepare(planned, changed);
    } catch (e) {
      return { kind: 'refused', code: 'not-prepared', reason: `a file could not be written before anything was changed (${(e as Error).message})` };
    }
    const transaction = new Transaction(this.host, this.ground, journal);
    // Everything since the last look at the clock was one piece of work, in which no signal is heard.
    await this.host.clock.sleep(0);
    return this.host.stop.requested ? transaction.withdraw() : transaction.carryOut();
  }

  /** Nothing to restart: at most, what an earlier run left is tidied up. */
  private async keep(planned: Plan): Promise<Outcome> {
    if (this.staging.left().length > 0) this.staging.clear();
    this.staging.removeUnusedCertificates();
    if (this.areFilesWhole(planned)) return { kind: 'unchanged' };
    this.staging.makeDirectories();
    const { configFile, certificates } = planned;
    const wrong = this.staging.wrongCertificates(certificates).map(({ path }) => path);
    if (configFile && !this.isConfigWhole(planned)) wrong.push(configFile.path);
    this.staging.writeCertificates(certificates);
    if (configFile) this.staging.writeConfig(configFile);
    for (const path of wrong) this.host.log(`${path} was missing or damaged and is written again`);
    const objection = await notRunning(this.host, planned.components, this.ground.timing.healthMilliseconds);
    return objection ? { kind: 'refused', ...objection } : { kind: 'unchanged' };
  }

  private areFilesWhole(planned: Plan): boolean {
    return this.isConfigWhole(planned) && this.staging.wrongCertificates(planned.certificates).length === 0;
  }

  private isConfigWhole({ configFile }: Plan): boolean {
    try {
      return !configFile || this.host.files.readIfThere(configFile.path)?.text === configFile.text;
    } catch {
      return false; // Writing it anew says why.
    }
  }

  private prepare(planned: Plan, changed: readonly ComponentPlan[]): Journal {
    for (const change of changed.flatMap(c => c.changes)) this.host.log(change);
    this.staging.makeDirectories();
    // Before the manifest that refers to it: kubelet waits for a missing `type: File` path, the API server does not start without it.
    if (planned.configFile) this.staging.writeConfig(planned.configFile);
    this.staging.writeCertificates(planned.certificates);
    for (const { file } of changed) this.staging.backUp(file, this.host.files.read(this.staging.paths(file).target));
    this.staging.stage(changed);
    const kubelet = findKubelet(this.host);
    const journal: Journal = {
      format: 1,
      phase: 'swapping',
      run: this.task.run,
      bootId: this.host.processes.bootId(),
      kubelet: kubelet ? { pid: kubelet.pid, startTime: kubelet.startTime } : null,
      resumed: 0,
      reason: '',
      components: changed.map(c => ({
        component: c.component,
        file: c.file,
        before: digest(c.before),
        interim: digest(c.interim),
        after: digest(c.after),
        rollbackInterim: digest(c.rollbackInterim),
        argvBefore: c.argvBefore,
        argv: c.argv,
        probes: c.probes,
        startSeconds: c.startSeconds,
        graceSeconds: c.graceSeconds,
        old: this.host.processes.named(c.component).filter(p => matches(p, c.argvBefore)).map(({ pid, startTime }) => ({ pid, startTime })),
      })),
    };
    try {
      this.journal.write(journal);
    } catch (e) {
      this.staging.clear();
      throw e;
    }
    return journal;
  }

  private triedBefore(journal: Journal | undefined, changed: readonly ComponentPlan[]): string | undefined {
    if (journal?.phase !== 'rolled-back' || journal.run !== this.task.run) return undefined;
    const tried = changed.every(c => journal.components.some(entry => entry.component === c.component && entry.after === digest(c.after)));
    return tried ? journal.reason : undefined;
  }

  private get ground(): Ground {
    const { spec } = this.task;
    return {
      manifestsDirectory: spec.manifestsDirectory,
      configDirectory: spec.configDirectory,
      alone: spec.controlPlaneNodes === 1,
      drainMilliseconds: spec.timing.drainSeconds * 1000,
      timing: {
        healthMilliseconds: spec.timing.healthSeconds * 1000,
        etcdStartMilliseconds: spec.timing.etcdStartSeconds * 1000,
        soakMilliseconds: spec.timing.soakSeconds * 1000,
      },
    };
  }
}
