import { Duration } from 'cdk8s';
import { ComponentTlsOptions } from './component-tls-options';
import { ControlPlaneComponent } from './control-plane-component';
import { ControlPlanePatchProps } from './control-plane-patch-props';
import { checkEtcdVersion, checkKubernetesVersion } from './kubeadm-versions';
import { ResolvedPatch } from './patch-spec-writer';
import { resolveUpkeep } from './resolve-upkeep';
import { TracingConfig } from './tracing-config';
import { TracingState } from './tracing-state';
import { Identity } from '../../patch-spec/patch-spec';
import { attributeProblem, attributesProblem, CLUSTER_NAME } from '../../patch-spec/resource-attributes';
import { TlsKeyPair } from '../exporters/tls-key-pair';
import { TrustedCa } from '../exporters/trusted-ca';
import {
  checkAnnotations, checkBoolean, checkDnsLabel, checkDnsSubdomain, checkEnum, checkImage, checkInstance, checkLabels,
  checkList, checkSeconds,
  checkString, checkStringMap, checkWhole, refuse,
} from '../kit/check';
import { checkOptions } from '../kit/check-options';
import { checkClusterName } from '../kit/cluster-name';
import { DEFAULT_NAME, RESERVED_LABELS } from '../kit/names';

/** On several nodes kubelet drains a component for 30 s and looks again after 10 to 15 s, before a new process so much as starts. */
const LEAST_HEALTH_OF_SEVERAL = 60;

/** Checks every prop, and fills in every default. */
export function resolvePatch(props: ControlPlanePatchProps): ResolvedPatch {
  const tracingConfig = checkInstance('tracingConfig', props.tracingConfig, TracingConfig, 'new TracingConfig(...)');
  const { name = DEFAULT_NAME, controlPlaneNodes = 1, state = TracingState.ENABLED, runId = '' } = props;
  checkDnsLabel('name', name, 40);
  checkLabels('labels', props.labels ?? {}, RESERVED_LABELS);
  checkAnnotations('annotations', props.annotations ?? {});
  const components = resolveComponents(props);
  checkWhole('controlPlaneNodes', controlPlaneNodes, 1, 100);
  const componentTls = resolveComponentTls(props, tracingConfig);
  const upkeep = props.upkeep === undefined ? undefined : resolveUpkeep(props.upkeep, state);
  if (componentTls !== undefined && upkeep?.kubeadmConfig === 'write') {
    refuse('upkeep.kubeadmConfig', true, "be false where 'componentTls' is given, which takes the settings out of kubeadm's configuration: "
      + "a node that joins has no certificates yet. Use 'upkeep.schedule' to set up new and upgraded nodes");
  }
  return {
    name,
    namespace: tracingConfig.namespace,
    state: checkEnum('state', state, TracingState),
    runId: checkRunId(runId),
    controlPlaneNodes,
    components,
    adopt: checkBoolean('adopt', props.adopt ?? false),
    versions: resolveVersions(props, components),
    upkeep,
    collector: tracingConfig.collector,
    verbosity: resolveVerbosity(props, components),
    etcdSamplingRatePerMillion: resolveEtcdRate(props, components),
    identity: resolveIdentity(props),
    componentTls,
    timing: resolveTiming(props, controlPlaneNodes),
    pod: resolvePod(props),
  };
}

function resolveComponents({ components }: ControlPlanePatchProps): ControlPlaneComponent[] {
  const checked = checkList('components', components ?? Object.values(ControlPlaneComponent), (prop, item) => checkEnum(prop, item, ControlPlaneComponent));
  if (checked.length === 0 || new Set(checked).size < checked.length) {
    refuse('components', `[${checked.join(', ')}]`, 'name at least one component, and none twice');
  }
  return checked;
}

function resolveVerbosity(props: ControlPlanePatchProps, components: readonly ControlPlaneComponent[]): ResolvedPatch['verbosity'] {
  const keep = checkBoolean('keepApiServerVerbosity', props.keepApiServerVerbosity ?? false);
  const level = props.apiServerVerbosity === undefined ? undefined : checkWhole('apiServerVerbosity', props.apiServerVerbosity, 0, 10);
  if (level !== undefined && keep) {
    refuse('apiServerVerbosity', level, "be left out where 'keepApiServerVerbosity' is true");
  }
  if ((level !== undefined || keep) && !components.includes(ControlPlaneComponent.API_SERVER)) {
    refuse(keep ? 'keepApiServerVerbosity' : 'apiServerVerbosity', level ?? keep, "be left out where 'components' has no API server: it would have no effect");
  }
  if (keep) {
    return undefined;
  }
  return level === undefined ? { level: 6, replaceExisting: false } : { level, replaceExisting: true };
}

function resolveEtcdRate({ etcdSamplingRatePerMillion: rate }: ControlPlanePatchProps, components: readonly ControlPlaneComponent[]): number {
  if (rate === undefined) {
    return 0;
  }
  checkWhole('etcdSamplingRatePerMillion', rate, 0, 1_000_000);
  if (!components.includes(ControlPlaneComponent.ETCD)) {
    refuse('etcdSamplingRatePerMillion', rate, "be left out where 'components' has no etcd: it would have no effect");
  }
  return rate;
}

function resolveVersions({ kubernetesVersion, etcdVersion }: ControlPlanePatchProps, components: readonly ControlPlaneComponent[]): ResolvedPatch['versions'] {
  if (kubernetesVersion !== undefined && !components.includes(ControlPlaneComponent.API_SERVER)) {
    refuse('kubernetesVersion', kubernetesVersion, "be left out where 'components' has no API server: it would have no effect");
  }
  if (etcdVersion !== undefined && !components.includes(ControlPlaneComponent.ETCD)) {
    refuse('etcdVersion', etcdVersion, "be left out where 'components' has no etcd: it would have no effect");
  }
  return {
    apiServer: kubernetesVersion === undefined ? undefined : checkKubernetesVersion(kubernetesVersion).text,
    etcd: etcdVersion === undefined ? undefined : checkEtcdVersion(etcdVersion).text,
  };
}

function resolveIdentity({ clusterName, resourceAttributes, nodeNameAttribute }: ControlPlanePatchProps): Identity {
  checkClusterName(clusterName);
  const attributes = checkStringMap('resourceAttributes', resourceAttributes ?? {});
  if (CLUSTER_NAME in attributes) refuse(`resourceAttributes.${CLUSTER_NAME}`, attributes[CLUSTER_NAME], "be left out: the prop 'clusterName' says it");
  const named: [prop: string, name: string, value: string][] = [
    ...clusterName === undefined ? [] : [['clusterName', CLUSTER_NAME, clusterName] as [string, string, string]],
    ...Object.entries(attributes).map(([name, value]) => [`resourceAttributes.${name}`, name, value] as [string, string, string]),
  ];
  for (const [prop, name, value] of named) {
    const problem = attributeProblem(name, value);
    if (problem !== undefined) refuse(prop, value, problem);
  }
  const all = Object.fromEntries(named.map(([, name, value]) => [name, value]));
  const problem = attributesProblem(all);
  if (problem !== undefined) refuse('resourceAttributes', Object.keys(attributes).join(', '), problem);
  return { nodeName: checkBoolean('nodeNameAttribute', nodeNameAttribute ?? true), attributes: all };
}

function resolveComponentTls({ componentTls }: ControlPlanePatchProps, { collector }: TracingConfig): ComponentTlsOptions | undefined {
  if (componentTls === undefined) return undefined;
  const { ca, clientCertificate } = checkOptions('componentTls', componentTls, 'ComponentTlsOptions');
  checkInstance('componentTls.ca', ca, TrustedCa, 'TrustedCa.fromConfigMapName(...)');
  if (clientCertificate !== undefined) checkInstance('componentTls.clientCertificate', clientCertificate, TlsKeyPair, 'TlsKeyPair.fromSecretName(...)');
  if (collector.fixedEndpoint === undefined) {
    throw new Error("'clusterIP' must be given where 'componentTls' is: the components dial an IP address, which the collector's certificate must be for");
  }
  return { ca, clientCertificate };
}

function resolveTiming(props: ControlPlanePatchProps, nodes: number): ResolvedPatch['timing'] {
  const healthSeconds = checkSeconds('healthTimeout', props.healthTimeout ?? Duration.minutes(5), 10, 3_600);
  if (nodes > 1 && healthSeconds < LEAST_HEALTH_OF_SEVERAL) {
    refuse('healthTimeout', `${healthSeconds} s`, `be at least ${LEAST_HEALTH_OF_SEVERAL} s where 'controlPlaneNodes' is more than 1: kubelet takes up to 45 s from the old process to the new one there. `
      + 'Leave it out for 5 minutes');
  }
  const etcdStartSeconds = checkSeconds('etcdStartTimeout', props.etcdStartTimeout ?? Duration.minutes(30), 0, 86_400);
  const soakSeconds = checkSeconds('soak', props.soak ?? Duration.seconds(10), 0, 3_600);
  // The change, perhaps its rollback, and the watching.
  const turn = 2 * healthSeconds + soakSeconds;
  // A pod waits for the next thing to happen, and a turn on another node is one.
  const longest = Duration.seconds(Math.min(Math.max(15 * 60 * nodes, 4 * 60 + turn + (nodes > 1 ? etcdStartSeconds : 0)), 86_400));
  const turnWaitSeconds = checkSeconds('turnWait', props.turnWait ?? longest, 1, 86_400);
  const drainSeconds = checkSeconds('drain', props.drain ?? Duration.seconds(1), 0, 60);
  if (props.drain !== undefined && nodes > 1) {
    refuse('drain', `${drainSeconds} s`, "be left out where 'controlPlaneNodes' is more than 1: it would have no effect");
  }
  if (turnWaitSeconds < turn) {
    refuse('turnWait', `${turnWaitSeconds} s`, `be at least ${turn} s, which a turn can take: twice 'healthTimeout', and 'soak'`);
  }
  return {
    collectorWaitSeconds: checkSeconds('collectorWait', props.collectorWait ?? Duration.minutes(5), 1, 86_400),
    turnWaitSeconds,
    healthSeconds,
    etcdStartSeconds,
    soakSeconds,
    drainSeconds,
  };
}

function resolvePod({ patchImage = 'node:24-alpine', imagePullSecrets = [], privileged = true }: ControlPlanePatchProps): ResolvedPatch['pod'] {
  checkImage('patchImage', patchImage);
  checkList('imagePullSecrets', imagePullSecrets, (_, secret) => checkDnsSubdomain('imagePullSecrets', secret as string));
  return { image: patchImage, imagePullSecrets, privileged: checkBoolean('privileged', privileged) };
}

function checkRunId(runId: string): string {
  if (checkString('runId', runId).length > 200) {
    refuse('runId', `${runId.slice(0, 20)}...`, `have at most 200 characters, and has ${runId.length}: a date or a ticket's number will do`);
  }
  return runId;
}
