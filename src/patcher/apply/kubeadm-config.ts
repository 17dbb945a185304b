import { Cluster } from './cluster';
import { Objection } from './preflight';
import { Endpoint } from '../../patch-spec/endpoint';
import { ClusterConfigurationVersion, kubeadmSettings, KubeadmSettings } from '../../patch-spec/kubeadm-settings';
import { KUBEADM_CONFIG } from '../../patch-spec/layout';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { parseVersion } from '../../patch-spec/version';
import { Host } from '../host/host';
import { KubeApi, KubeApiError, KubeObject } from '../host/kube-api';
import { editClusterConfiguration, KubeadmEdit, readClusterConfiguration } from '../plan/kubeadm/cluster-configuration';
import { KUBEADM_RECORD_ANNOTATION, KubeadmRecord, kubeadmRecordText, parseKubeadmRecord } from '../plan/kubeadm/kubeadm-record';
import { NotEditable } from '../plan/kubeadm/yaml-text';
import { Plan } from '../plan/plan';

interface ConfigMap extends KubeObject { readonly data?: { readonly [key: string]: string } }

/** What one look at the ConfigMap says. */
type Look =
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'there'; readonly object: ConfigMap; readonly text: string; readonly record: KubeadmRecord };

const { namespace, name, key } = KUBEADM_CONFIG;
const COLLECTION = `/api/v1/namespaces/${namespace}/configmaps`;
const WHERE = `${namespace}/${name}`;
const ATTEMPTS = 50;
/** An empty certificate is ignored, and a missing one keeps the API server from starting. */
const NO_CERTIFICATES = 'with componentTls, kubeadm\'s configuration cannot keep tracing: a node that joins has no certificates yet, and would send spans in plain text. '
  + 'Leave upkeep.kubeadmConfig out, and use upkeep.schedule';

/** kubeadm's own configuration, from which it writes the manifests anew at every upgrade, and for every node that joins. */
export class KubeadmConfig {
  public constructor(
    private readonly api: KubeApi, private readonly cluster: Cluster, private readonly host: Host, private readonly spec: PatchSpec,
  ) {}

  /** Looks only. @returns why no node may be touched: at the end of the run, the settings could not be written */
  public async objection(plan: Plan, endpoint: Endpoint | null): Promise<Objection | undefined> {
    if (!this.isAsked()) return undefined;
    if (this.spec.kubeadmConfig === 'write' && this.spec.componentTls) return { code: 'kubeadm-config', reason: NO_CERTIFICATES };
    const look = await this.look();
    if (look.kind === 'absent') this.say(`there is no ConfigMap ${WHERE}, so this is no cluster of kubeadm's: nothing will be written there`);
    if (look.kind === 'damaged') return { code: 'kubeadm-config', reason: look.reason };
    if (look.kind !== 'there') return undefined;
    const edit = this.edit(look, plan, endpoint);
    if (edit.kind === 'unknown') this.say(`${WHERE} is left alone: ${edit.reason}`);
    return edit.kind === 'conflict' ? conflict(edit) : undefined;
  }

  /**
   * Writes what is asked for, unless somebody else has the last word by now.
   *
   * @param ours whether this Job still has it
   * @returns what is in the way by now, or undefined
   */
  public async write(plan: Plan, endpoint: Endpoint | null, ours: () => Promise<boolean>): Promise<Objection | undefined> {
    for (let attempt = 0; this.isAsked() && attempt < ATTEMPTS; attempt++) {
      const look = await this.look();
      if (look.kind !== 'there') return look.kind === 'damaged' ? { code: 'kubeadm-config', reason: look.reason } : undefined;
      const edit = this.edit(look, plan, endpoint);
      if (edit.kind === 'conflict') return conflict(edit);
      if (edit.kind !== 'edited') return undefined;
      // After the look and before the write: who writes in between makes the write fail.
      if (!await ours()) return undefined;
      try {
        await this.cluster.patiently(() => this.api.update(`${COLLECTION}/${name}`, rendered(look.object, edit.text, edit.record)));
      } catch (e) {
        // Somebody else was faster: kubeadm, a person, or another pod of this Job.
        if (e instanceof KubeApiError && e.status === 409) continue;
        throw e;
      }
      for (const note of edit.notes) this.say(note);
      this.say(`${WHERE} ${this.spec.kubeadmConfig === 'write' ? 'has the settings now' : 'has none of our settings any more'}`);
      return undefined;
    }
    return this.isAsked() ? { code: 'kubeadm-config', reason: `${WHERE} changes faster than it can be updated` } : undefined;
  }

  /** What the configuration has of ours, from which kubeadm has made manifests without a record; undefined where it has nothing. */
  public async record(): Promise<KubeadmRecord | undefined> {
    if (this.spec.kubeadmConfig === undefined) return undefined;
    const look = await this.look();
    return look.kind === 'there' ? look.record : undefined;
  }

  /** The version that the next upgrade starts from; undefined where that cannot be said. */
  public async kubernetesVersion(): Promise<string | undefined> {
    const look = await this.look();
    try {
      return look.kind === 'there' ? parseVersion(readClusterConfiguration(look.text).kubernetesVersion ?? '')?.text : undefined;
    } catch (e) {
      if (e instanceof NotEditable) return undefined;
      throw e;
    }
  }

  private isAsked(): boolean {
    return this.spec.kubeadmConfig === 'write' || this.spec.kubeadmConfig === 'remove';
  }

  private async look(): Promise<Look> {
    const object = await this.cluster.find<ConfigMap>(`${COLLECTION}/${name}`);
    const text = object?.data?.[key];
    if (!object || text === undefined) return { kind: 'absent' };
    const record = parseKubeadmRecord(object.metadata.annotations?.[KUBEADM_RECORD_ANNOTATION]);
    if (record) return { kind: 'there', object, text, record };
    return {
      kind: 'damaged',
      reason: `the annotation ${KUBEADM_RECORD_ANNOTATION} of ${WHERE}, which says what was added there, cannot be read: take out what was added by hand, and the annotation`,
    };
  }

  private edit({ text, record }: Look & { kind: 'there' }, plan: Plan, endpoint: Endpoint | null): KubeadmEdit {
    const { kubeadmConfig } = this.spec;
    return editClusterConfiguration(text, record, kubeadmConfig === 'write' && endpoint ? version => settings(this.spec, plan, endpoint, version) : null);
  }

  private say(text: string): void {
    this.host.log(`kubeadm: ${text}`);
  }
}

/** For the components of the plan: what the spec leaves out, or what runs elsewhere, is none of kubeadm's business either. */
function settings(spec: PatchSpec, { components, configFile }: Plan, endpoint: Endpoint, version: ClusterConfigurationVersion): KubeadmSettings {
  const versionOf = (component: string) => parseVersion(components.find(c => c.component === component)?.version ?? '');
  const [apiServer, etcd] = [versionOf('kube-apiserver'), versionOf('etcd')];
  return kubeadmSettings({
    endpoint,
    identity: spec.identity,
    apiServer: spec.apiServer && apiServer && configFile ? { intent: spec.apiServer, version: apiServer, configFile: configFile.path } : null,
    etcd: spec.etcd && etcd ? { intent: spec.etcd, version: etcd } : null,
  }, version);
}

function rendered(object: ConfigMap, text: string, record: KubeadmRecord): object {
  const { [KUBEADM_RECORD_ANNOTATION]: _, ...annotations } = object.metadata.annotations ?? {};
  const recordText = kubeadmRecordText(record);
  return {
    ...object,
    // The resource version in there makes it a compare-and-swap.
    metadata: { ...object.metadata, annotations: { ...annotations, ...recordText !== undefined && { [KUBEADM_RECORD_ANNOTATION]: recordText } } },
    data: { ...object.data, [key]: text },
  };
}

function conflict({ at, message }: KubeadmEdit & { kind: 'conflict' }): Objection {
  return { code: 'kubeadm-config', reason: `${WHERE} ${at}: ${message}` };
}
