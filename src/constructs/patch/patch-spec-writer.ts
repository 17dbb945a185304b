import { ComponentTlsOptions } from './component-tls-options';
import { ControlPlaneComponent } from './control-plane-component';
import { ResolvedUpkeep } from './resolve-upkeep';
import { TracingState } from './tracing-state';
import { CONFIG_DIRECTORY, MANIFESTS_DIRECTORY } from '../../patch-spec/layout';
import { Identity, PATCH_SPEC_VERSION, PatchSpec } from '../../patch-spec/patch-spec';
import { CollectorAddress } from '../kit/collector-address';
import { DEFAULT_NAME, PATCH_LABEL } from '../kit/names';

/** Checked, and with every default filled in. */
export interface ResolvedPatch {
  readonly name: string;
  readonly namespace: string;
  readonly state: TracingState;
  readonly runId: string;
  readonly controlPlaneNodes: number;
  readonly components: readonly ControlPlaneComponent[];
  readonly adopt: boolean;
  /** For images whose tags do not tell them. */
  readonly versions: { readonly apiServer: string | undefined; readonly etcd: string | undefined };
  readonly upkeep: ResolvedUpkeep | undefined;
  readonly collector: CollectorAddress;
  /** undefined: `--v` is left alone. */
  readonly verbosity: { readonly level: number; readonly replaceExisting: boolean } | undefined;
  readonly etcdSamplingRatePerMillion: number;
  readonly identity: Identity;
  readonly componentTls: ComponentTlsOptions | undefined;
  readonly timing: PatchSpec['timing'];
  /** What the Job's pods are made of. */
  readonly pod: { readonly image: string; readonly imagePullSecrets: readonly string[]; readonly privileged: boolean };
}

/** The only place that makes a spec. */
export function toPatchSpec(patch: ResolvedPatch): PatchSpec {
  return {
    version: PATCH_SPEC_VERSION,
    state: patch.state,
    runId: patch.runId,
    controlPlaneNodes: patch.controlPlaneNodes,
    collector: patch.collector._toSpec(),
    apiServer: patch.components.includes(ControlPlaneComponent.API_SERVER)
      ? { verbosity: patch.verbosity ?? null, ...patch.versions.apiServer !== undefined && { version: patch.versions.apiServer } }
      : null,
    etcd: patch.components.includes(ControlPlaneComponent.ETCD)
      ? { serviceName: 'etcd', samplingRatePerMillion: patch.etcdSamplingRatePerMillion, ...patch.versions.etcd !== undefined && { version: patch.versions.etcd } }
      : null,
    identity: patch.identity,
    ...patch.componentTls && { componentTls: { clientCertificate: patch.componentTls.clientCertificate !== undefined } },
    ...patch.adopt && { adopt: true },
    ...patch.upkeep?.kubeadmConfig !== undefined && { kubeadmConfig: patch.upkeep.kubeadmConfig },
    manifestsDirectory: MANIFESTS_DIRECTORY,
    configDirectory: CONFIG_DIRECTORY,
    // One name for all stacks: two of them in one namespace take turns too.
    lease: { namespace: patch.namespace, name: DEFAULT_NAME },
    jobSelector: `${PATCH_LABEL}=${patch.name}`,
    timing: patch.timing,
  };
}
