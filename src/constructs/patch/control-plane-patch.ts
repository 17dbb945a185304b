import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ControlPlanePatchProps } from './control-plane-patch-props';
import { PatchAccess } from './patch-access';
import { patchJobSpec, PROGRAM_FILE } from './patch-job';
import { ResolvedPatch, toPatchSpec } from './patch-spec-writer';
import { checkProgramSize, readProgramBundle } from './program-bundle';
import { resolvePatch } from './resolve-patch';
import { TracingConfig } from './tracing-config';
import { upkeepCronJob, upkeepName } from './upkeep-cron-job';
import { SPEC_FILE } from '../../patch-spec/layout';
import type { PatchSpec } from '../../patch-spec/patch-spec';
import { RUNBOOK } from '../../patch-spec/runbook';
import { canonicalJson } from '../kit/canonical-json';
import { checkProps } from '../kit/check';
import { checkSpelling } from '../kit/check-options';
import { ContentNamed } from '../kit/content-named';
import { PATCH_LABEL, recommendedLabels, RUNBOOK_ANNOTATION } from '../kit/names';
import { checkUniqueObjects } from '../kit/unique-objects';

/** What the program may take from a SIGTERM on: two minutes to prove the change, or to put it back and see the components well again. */
const STOP_SECONDS = 300;

/**
 * The one-shot Job that edits the control plane's static-pod manifests, a node at a time, with the program that it runs, what
 * that program shall do, and the access it needs.
 *
 * The Job is named after its spec: a change of that makes a new Job, and nothing else does. Labels and annotations are changed in place,
 * which is why the Job's pods carry none but their own.
 */
export class ControlPlanePatch extends Construct {
  /**
   * The Job. Its name ends with a hash of its spec, JSON patches included.
   */
  public readonly job: ApiObject;

  /**
   * The CronJob that runs the Job again, with the Job's spec, JSON patches included. Undefined without `upkeep.schedule`.
   */
  public readonly cronJob?: ApiObject;

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
    props = checkProps('props', props);
    if (new.target === ControlPlanePatch) checkSpelling(props, 'ControlPlanePatchProps');
    this.patch = resolvePatch(props);
    this._tracingConfig = props.tracingConfig;
    this.namespace = this.patch.namespace;
    const { name, timing, controlPlaneNodes, pod } = this.patch;
    const ownLabels = { ...recommendedLabels(name, 'patch'), [PATCH_LABEL]: name };
    const labels = { ...props.labels, ...ownLabels };
    const metadata = { namespace: this.namespace, labels, annotations: props.annotations };

    this.serviceAccount = new ApiObject(this, 'service-account', k8s.KubeServiceAccount.manifest({
      metadata: { ...metadata, name },
      // Only the pods of the Job get a token, and they ask for it.
      automountServiceAccountToken: false,
    }));
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
      object: k8s.KubeConfigMap.manifest({ immutable: true, data }),
    });

    this.job = new ContentNamed(this, 'Resource', {
      namePrefix: name,
      // Nothing but what cannot be changed in place: not the labels of the chart, which may name a commit.
      hashed: rendered => rendered.spec,
      metadata: { ...metadata, annotations: { ...props.annotations, [RUNBOOK_ANNOTATION]: RUNBOOK } },
      object: k8s.KubeJob.manifest({
        spec: patchJobSpec({
          ...pod,
          labels: ownLabels,
          nodes: controlPlaneNodes,
          serviceAccountName: name,
          programName: lazily(() => this.program.name),
          tracingConfigName: lazily(() => props.tracingConfig.configMap.name),
          componentTls: this.patch.state === 'enabled' ? this.patch.componentTls : undefined,
          // Whoever is told to stop in the middle of a change puts it back, and waits until the components are healthy.
          terminationGracePeriodSeconds: 60 + Math.max(timing.healthSeconds, STOP_SECONDS),
        }),
      }),
    });
    if (this.patch.upkeep?.schedule !== undefined) {
      this.cronJob = new ApiObject(this, 'upkeep', upkeepCronJob({
        ...this.patch.upkeep,
        schedule: this.patch.upkeep.schedule,
        name: upkeepName(name),
        metadata: { ...metadata, annotations: { ...props.annotations, [RUNBOOK_ANNOTATION]: RUNBOOK } },
        job: this.job,
      }));
    }
    checkUniqueObjects(this, name);
  }

  /** @internal */
  public _toPatchSpec(): PatchSpec {
    return toPatchSpec(this.patch);
  }
}

/** A name that is known when everything is rendered. */
function lazily(produce: () => string): string {
  return Lazy.any({ produce }) as unknown as string;
}
