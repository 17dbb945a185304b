import { ApiObject, ApiObjectProps, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { RUN_LABEL } from '../kit/names';

/** How late a run may begin, for example because the control plane was away at the time. */
const STARTING_DEADLINE_SECONDS = 3_600;
const HISTORY = 3;

export function upkeepName(stack: string): string {
  return `${stack}-upkeep`;
}

export interface UpkeepCronJobOptions {
  readonly name: string;
  readonly metadata: Omit<NonNullable<ApiObjectProps['metadata']>, 'name'>;
  readonly schedule: string;
  readonly timeZone: string | undefined;
  /** Whose spec every run has. */
  readonly job: ApiObject;
}

/** Runs the Job again and again. Its name is stable and its spec changes in place, so that GitOps sees one object. */
export function upkeepCronJob({ name, metadata, schedule, timeZone, job }: UpkeepCronJobOptions): ApiObjectProps {
  const manifest = k8s.KubeCronJob.manifest({
    metadata: { ...metadata, name },
    spec: {
      schedule,
      ...(timeZone === undefined ? {} : { timeZone }),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: STARTING_DEADLINE_SECONDS,
      successfulJobsHistoryLimit: HISTORY,
      failedJobsHistoryLimit: HISTORY,
      jobTemplate: {
        metadata: { labels: metadata.labels, annotations: metadata.annotations },
        spec: {} as k8s.JobSpec,
      },
    },
  }) as ApiObjectProps & { spec: { jobTemplate: { spec: unknown } } };
  // Known when everything is rendered.
  manifest.spec.jobTemplate.spec = Lazy.any({ produce: () => specOf(job, name) });
  return manifest;
}

/** The pods keep apart from those of other runs of the CronJob, and not from those of the Job. */
function specOf(job: ApiObject, name: string): unknown {
  const { spec } = job.toJson() as { spec: { template: { metadata: { labels: { [label: string]: string } } } } };
  const run = spec.template.metadata.labels[RUN_LABEL];
  return JSON.parse(JSON.stringify(spec), (key, value: unknown) => (key === RUN_LABEL && value === run ? name : value));
}
