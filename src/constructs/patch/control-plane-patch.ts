import { ApiObject, Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ControlPlaneComponent } from './control-plane-component';
import { ControlPlanePatchProps } from './control-plane-patch-props';
import { PatchAccess } from './patch-access';
import { patchJobSpec, PROGRAM_FILE } from './patch-job';
import { ResolvedPatch, toPatchSpec } from './patch-spec-writer';
import { checkProgramSize, readProgramBundle } from './program-bundle';
import { TracingConfig } from './tracing-config';
import { TracingState } from './tracing-state';
import { SPEC_FILE } from '../../patch-spec/layout';
import type { PatchSpec } from '../../patch-spec/patch-spec';
import { canonicalJson } from '../kit/canonical-json';
import { checkAnnotations, checkDnsLabel, checkDnsSubdomain, checkImage, checkLabels, checkSeconds, checkWhole, refuse } from '../kit/check';
import { ContentNamed } from '../kit/content-named';
import { DEFAULT_NAME, PATCH_LABEL, recommendedLabels, RESERVED_LABELS } from '../kit/names';
import { checkUniqueObjects } from '../kit/unique-objects';

/** What the program may take from a SIGTERM on: two minutes to prove the change, or to put it back and see the components well again. */
const STOP_SECONDS = 300;

/**
 * The one-shot Job that edits the control plane's static-pod manifests, a node at a time, with the program that it runs, what
 * that program shall do, and the access it needs.
 *
 * The Job names itself after its content, when it is rendered: a change makes a new Job, no change makes none.
 */
export class ControlPlanePatch extends Construct {
  /**
   * The Job. Its name ends with a hash of its final form, JSON patches included.
   */
  public readonly job: ApiObject;

  /**
   * The immutable ConfigMap that holds the program and what it shall do. Its name ends with a hash of its data.
   */
  public readonly program: ApiObject;

  /**
   * The ServiceAccount that the Job runs as.
   */
  public readonly serviceAccount: ApiObject;

  /**
   * The namespace of the Job.
   */
  public readonly namespace: string;

  /** @internal */
  public readonly _tracingConfig: TracingConfig;

  private readonly patch: ResolvedPatch;

  /**
   * @throws when a prop is not what its documentation allows, or the program has not been built
   */
  constructor(scope: Construct, id: string, props: ControlPlanePatchProps) {
    super(scope, id);
    this.patch = resolve(props);
    this._tracingConfig = props.tracingConfig;
    this.namespace = this.patch.namespace;
    const { name, timing, controlPlaneNodes } = this.patch;
    const labels = { ...props.labels, ...recommendedLabels(name, 'patch'), [PATCH_LABEL]: name };
    const metadata = { namespace: this.namespace, labels, annotations: props.annotations };

    this.serviceAccount = new ApiObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...metadata, name },
      // Only the pods of the Job get a token, and they ask for it.
      ...{ automountServiceAccountToken: false },
    });
    new PatchAccess(this, 'access', {
      spec: this._toPatchSpec(), serviceAccount: { namespace: this.namespace, name }, labels, annotations: props.annotations,
    });

    const data = { [PROGRAM_FILE]: readProgramBundle(), [SPEC_FILE]: canonicalJson(this._toPatchSpec()) };
    checkProgramSize(data);
    this.program = new ContentNamed(this, 'program', {
      namePrefix: `${name}-program`,
      hashed: rendered => rendered.data,
      // Flux would substitute variables in a program that looks as if it had some.
      metadata: { ...metadata, annotations: { ...props.annotations, 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
      object: { apiVersion: 'v1', kind: 'ConfigMap', immutable: true, data },
    });

    this.job = new ContentNamed(this, 'Resource', {
      namePrefix: name,
      hashed: ({ metadata: { name: _, ...rest }, ...fields }) => ({ ...fields, metadata: rest }),
      metadata,
      object: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        spec: patchJobSpec({
          labels,
          nodes: controlPlaneNodes,
          image: props.patchImage ?? 'node:24-alpine',
          imagePullSecrets: props.imagePullSecrets ?? [],
          privileged: props.privileged ?? true,
          serviceAccountName: name,
          programName: Lazy.any({ produce: () => this.program.name }),
          tracingConfigName: Lazy.any({ produce: () => props.tracingConfig.configMap.name }),
          // Whoever is told to stop in the middle of a change puts it back, and waits until the components are healthy.
          terminationGracePeriodSeconds: 60 + Math.max(timing.healthSeconds, STOP_SECONDS),
        }),
      },
    });
    checkUniqueObjects(this, name);
  }

  /** @internal */
  public _toPatchSpec(): PatchSpec {
    return toPatchSpec(this.patch);
  }
}

function resolve(props: ControlPlanePatchProps): ResolvedPatch {
  const name = props.name ?? DEFAULT_NAME;
  const controlPlaneNodes = props.controlPlaneNodes ?? 1;
  const components = props.components ?? [ControlPlaneComponent.API_SERVER, ControlPlaneComponent.ETCD];
  const etcdSamplingRatePerMillion = props.etcdSamplingRatePerMillion ?? 0;
  checkDnsLabel('name', name, 40);
  checkRunId(props.runId ?? '');
  checkWhole('controlPlaneNodes', controlPlaneNodes, 1, 100);
  checkWhole('etcdSamplingRatePerMillion', etcdSamplingRatePerMillion, 0, 1_000_000);
  if (components.length === 0 || new Set(components).size < components.length) {
    refuse('components', `[${components.join(', ')}]`, 'name at least one component, and none twice');
  }
  if (props.patchImage !== undefined) {
    checkImage('patchImage', props.patchImage);
  }
  props.imagePullSecrets?.forEach(secret => checkDnsSubdomain('imagePullSecrets', secret));
  checkLabels('labels', props.labels ?? {}, RESERVED_LABELS);
  checkAnnotations('annotations', props.annotations ?? {});

  const healthSeconds = checkSeconds('healthTimeout', props.healthTimeout ?? Duration.minutes(5), 10, 3_600);
  const soakSeconds = checkSeconds('soak', props.soak ?? Duration.seconds(10), 0, 3_600);

  return {
    name,
    namespace: props.tracingConfig.namespace,
    state: props.state ?? TracingState.ENABLED,
    runId: props.runId ?? '',
    controlPlaneNodes,
    components,
    collector: props.tracingConfig.collector,
    verbosity: resolveVerbosity(props),
    etcdSamplingRatePerMillion,
    timing: {
      collectorWaitSeconds: checkSeconds('collectorWait', props.collectorWait ?? Duration.minutes(5), 1, 86_400),
      turnWaitSeconds: checkSeconds('turnWait', props.turnWait ?? longestWait(controlPlaneNodes, healthSeconds, soakSeconds), 1, 86_400),
      healthSeconds,
      soakSeconds,
      drainSeconds: checkSeconds('drain', props.drain ?? Duration.seconds(1), 0, 60),
    },
  };
}

/** A pod waits for the next thing to happen, and a turn on another node is one: the change, perhaps its rollback, and the watching. */
function longestWait(nodes: number, healthSeconds: number, soakSeconds: number): Duration {
  return Duration.seconds(Math.min(Math.max(15 * 60 * nodes, 4 * 60 + 2 * healthSeconds + soakSeconds), 86_400));
}

function checkRunId(runId: string): void {
  if (runId.length > 200) {
    refuse('runId', `${runId.slice(0, 20)}...`, `have at most 200 characters, and has ${runId.length}: a date or a ticket's number will do`);
  }
}

function resolveVerbosity(props: ControlPlanePatchProps): ResolvedPatch['verbosity'] {
  if (props.keepApiServerVerbosity) {
    if (props.apiServerVerbosity !== undefined) {
      refuse('apiServerVerbosity', props.apiServerVerbosity, "be left out where 'keepApiServerVerbosity' is true");
    }
    return undefined;
  }
  if (props.apiServerVerbosity === undefined) {
    return { level: 6, replaceExisting: false };
  }
  checkWhole('apiServerVerbosity', props.apiServerVerbosity, 0, 10);
  return { level: props.apiServerVerbosity, replaceExisting: true };
}
