import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { Yaml } from 'cdk8s';
import { ControlPlanePatch } from './control-plane-patch';
import { KubeadmApiVersion } from './kubeadm-api-version';
import { checkEtcdVersion, checkKubeadm, checkKubernetesVersion } from './kubeadm-versions';
import { TEMPLATE_VERSION } from './tracing-config';
import { TracingState } from './tracing-state';
import { CLUSTER_CONFIGURATION, KubeadmArg, KubeadmComponent, KubeadmIntent, kubeadmSettings } from '../../patch-spec/kubeadm-settings';
import { CONFIG_DIRECTORY, TRACING_CONFIG_FILE } from '../../patch-spec/layout';
import { fixedEndpoint } from '../../patch-spec/patch-spec';
import { tracingConfigurationText } from '../../patch-spec/tracing-configuration-text';
import { apiServerFlags, etcdFlags, tracingApiVersions, type Flag } from '../../patch-spec/tracing-flags';
import type { Version } from '../../patch-spec/version';
import { checkInstance, checkString, refuse } from '../kit/check';
import { checkOptions } from '../kit/check-options';

/**
 * Properties of `KubeadmRecipe`.
 */
export interface KubeadmRecipeProps {
  /**
   * The version of Kubernetes, such as `1.37.2`: from 1.24 to 1.37.
   */
  readonly kubernetesVersion: string;

  /**
   * The version of etcd, such as `3.7.0`: from 3.5.5 to 3.7. For a patch whose `components` have etcd, and where etcd runs on the control-plane nodes.
   *
   * @default - the recipe is for the API server alone
   */
  readonly etcdVersion?: string;
}

/**
 * The same tracing in kubeadm's own configuration, so that `kubeadm upgrade`, which writes the manifests anew, keeps it.
 *
 * Nothing here is synthesized into the app: these are texts for people and pipelines that configure kubeadm.
 *
 * @see https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-reconfigure/
 */
export class KubeadmRecipe {
  /**
   * Where the API server's tracing configuration must be on every control-plane node before kubeadm writes a manifest that names it: where the
   * Job writes it too. Undefined where the patch is not about the API server.
   */
  public readonly configFilePath?: string;

  /**
   * The tracing configuration, byte for byte the one that the Job writes.
   */
  public readonly configFile?: string;

  private readonly kubernetesVersion: Version;
  private readonly intent: KubeadmIntent;
  private readonly apiServer: readonly Flag[] = [];
  /** The flags of etcd on a node, whose name is the instance id. */
  private readonly etcd: ((nodeName: string) => readonly Flag[]) | undefined;

  /**
   * @param patch whose settings are meant
   * @param props the versions of the cluster
   * @throws when a version is not one that is known, or the collector's address is known on the cluster only
   */
  constructor(patch: ControlPlanePatch, props: KubeadmRecipeProps) {
    checkInstance('patch', patch, ControlPlanePatch, 'new ControlPlanePatch(...)');
    const { kubernetesVersion, etcdVersion } = checkOptions('props', props, 'KubeadmRecipeProps');
    const { state, collector, identity, apiServer, etcd } = patch._toPatchSpec();
    if (state === TracingState.DISABLED) {
      throw new Error("'patch' must be one that enables tracing: without tracing kubeadm has nothing to keep");
    }
    const endpoint = fixedEndpoint(collector);
    if (endpoint === undefined) {
      throw new Error("'clusterIP' must be given, or another fixed address of the collector: kubeadm looks nothing up");
    }
    this.kubernetesVersion = checkKubernetesVersion(kubernetesVersion);
    if (apiServer !== null) {
      const versions = tracingApiVersions(this.kubernetesVersion);
      this.configFile = tracingConfigurationText({
        version: versions.includes(TEMPLATE_VERSION) ? TEMPLATE_VERSION : versions.at(-1)!,
        endpoint,
        samplingRatePerMillion: patch._tracingConfig.samplingRatePerMillion,
      });
      const hash = createHash('sha256').update(this.configFile).digest('hex').slice(0, 8);
      this.configFilePath = `${CONFIG_DIRECTORY}/${path.basename(TRACING_CONFIG_FILE, '.yaml')}.${hash}.yaml`;
      const { file, gate, verbosity } = apiServerFlags(this.kubernetesVersion, apiServer, this.configFilePath);
      this.apiServer = [
        file,
        ...(gate === undefined ? [] : [{ name: 'feature-gates', value: gate }]),
        ...(verbosity === null ? [] : [{ name: 'v', value: String(verbosity.level) }]),
      ];
    }
    if (etcdVersion !== undefined) {
      if (etcd === null) {
        refuse('etcdVersion', etcdVersion, "be left out where 'components' of the patch has no etcd: the recipe would say nothing about it");
      }
      const version = checkEtcdVersion(etcdVersion);
      this.etcd = nodeName => etcdFlags(version, etcd, endpoint, nodeName)
        .filter(flag => !flag.isDefault).map(({ name, value }) => ({ name, value }));
    }
    this.intent = {
      endpoint,
      identity,
      apiServer: apiServer && { intent: apiServer, version: this.kubernetesVersion, configFile: this.configFilePath! },
      etcd: etcd && props.etcdVersion !== undefined ? { intent: etcd, version: checkEtcdVersion(props.etcdVersion) } : null,
    };
  }

  /**
   * A fragment of `ClusterConfiguration`, as YAML, to be merged into the ConfigMap `kubeadm-config` or the file of `--config`.
   *
   * It is the same for all nodes. In v1beta4, etcd's instance id is the node's name by a variable; v1beta3 has no variables, and so no instance id.
   *
   * On a node that joins, kubelet makes an empty file, with which the API server starts and samples nothing, until the Job writes it.
   *
   * @throws when kubeadm of this version of Kubernetes does not read that version of the configuration
   */
  public clusterConfiguration(apiVersion: KubeadmApiVersion): string {
    checkKubeadm(this.kubernetesVersion, apiVersion);
    const { apiServer, etcd } = kubeadmSettings(this.intent, apiVersion);
    const fields = (component: KubeadmComponent) => ({
      extraArgs: apiVersion === KubeadmApiVersion.V1BETA3
        ? Object.fromEntries(allArgs(component).map(({ name, value }) => [name, value]))
        : allArgs(component),
      ...(component.volumes.length === 0 ? {} : { extraVolumes: component.volumes }),
      ...(component.envs.length === 0 ? {} : { extraEnvs: component.envs }),
    });
    return Yaml.stringify({
      apiVersion: `${CLUSTER_CONFIGURATION.group}/${apiVersion}`,
      kind: CLUSTER_CONFIGURATION.kind,
      ...(apiServer === null ? {} : { apiServer: fields(apiServer) }),
      ...(etcd === null ? {} : { etcd: { local: fields(etcd) } }),
    });
  }

  /**
   * Files for the directory of kubeadm's `--patches`, by their names. kubeadm must get that directory at every `init`, `join` and `upgrade`.
   *
   * They hold no variables, so that the spans do not name their node until the Job has run.
   *
   * @param nodeName the name of the node, which is its etcd's instance id
   */
  public patches(nodeName: string): { [fileName: string]: string } {
    if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(checkString('nodeName', nodeName))) {
      refuse('nodeName', nodeName, 'be the name of a node: lower-case letters, digits, "-" and "."');
    }
    const files: { [fileName: string]: string } = {};
    if (this.apiServer.length > 0) {
      files['kube-apiserver0+json.yaml'] = Yaml.stringify([
        ...this.apiServer.map(addFlag),
        ...kubeadmSettings(this.intent, KubeadmApiVersion.V1BETA4).apiServer!.volumes.flatMap(({ name, hostPath, mountPath, readOnly, pathType }) => [
          { op: 'add', path: '/spec/containers/0/volumeMounts/-', value: { mountPath, name, readOnly } },
          { op: 'add', path: '/spec/volumes/-', value: { hostPath: { path: hostPath, type: pathType }, name } },
        ]),
      ]);
    }
    if (this.etcd !== undefined) {
      files['etcd0+json.yaml'] = Yaml.stringify(this.etcd(nodeName).map(addFlag));
    }
    return files;
  }
}

function allArgs({ args, gate, verbosity }: KubeadmComponent): readonly KubeadmArg[] {
  return [
    ...args,
    ...(gate === undefined ? [] : [{ name: 'feature-gates', value: gate }]),
    ...(verbosity === undefined ? [] : [{ name: 'v', value: verbosity }]),
  ];
}

/** A merge would replace the whole command; only this appends. */
function addFlag({ name, value }: Flag): { op: string; path: string; value: string } {
  return { op: 'add', path: '/spec/containers/0/command/-', value: `--${name}=${value}` };
}
