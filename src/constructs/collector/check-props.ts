import { Duration, Size } from 'cdk8s';
import { checkVersion } from './check-components';
import { CollectorDistribution } from './collector-distribution';
import { CollectorNames, CollectorPodOptions } from './collector-props';
import { COLLECTOR_VERSION, imageOf } from './distribution-components';
import { resolveEnv } from './environment';
import { Placement, resolvePlacement } from './placement';
import { checkComponentName } from '../exporters/bind-exporters';
import {
  checkAnnotations, checkBoolean, checkDnsLabel, checkDnsSubdomain, checkEnum, checkImage, checkLabels, checkList, checkMebibytes, checkObject,
  checkSeconds, checkString, checkWhole, refuse,
} from '../kit/check';
import { DEFAULT_NAME, RESERVED_LABELS } from '../kit/names';

/** Checked, and with every default filled in. */
export interface ResolvedPod extends Placement {
  readonly name: string;
  readonly distribution: CollectorDistribution;
  readonly image: string;
  readonly cpuRequestMillis: number;
  readonly memoryLimitMiB: number;
  readonly memoryRequestMiB: number;
  readonly terminationGracePeriodSeconds: number;
  readonly imagePullSecrets: readonly string[];
  readonly userEnv: { readonly [name: string]: string };
}

/** Checks what all kinds of collectors have in common. */
export function resolvePod(props: CollectorPodOptions & CollectorNames, namespace: string, defaultMemoryLimit: Size): ResolvedPod {
  const { name = DEFAULT_NAME, distribution = CollectorDistribution.K8S, collectorVersion = COLLECTOR_VERSION, cpuRequestMillis = 100 } = props;
  checkDnsLabel('name', name, 40);
  checkDnsLabel('namespace', namespace);
  checkMarks(props);
  checkEnum('distribution', distribution, CollectorDistribution);
  checkVersion('collectorVersion', checkString('collectorVersion', collectorVersion));
  checkObject('configOverrides', props.configOverrides ?? {});
  checkList('imageComponents', props.imageComponents ?? [], checkComponentName);
  checkBoolean('podMonitor', props.podMonitor ?? false);
  const image = props.collectorImage ?? imageOf(distribution, collectorVersion);
  if (image === undefined) throw new Error("'collectorImage' must be given where 'distribution' is CUSTOM");
  checkImage('collectorImage', image);
  const imagePullSecrets = checkList('imagePullSecrets', props.imagePullSecrets ?? [], (_item, secret) => secretName(secret));
  checkWhole('cpuRequestMillis', cpuRequestMillis, 1, 1_000_000);
  if (props.priorityClassName !== undefined) checkDnsSubdomain('priorityClassName', props.priorityClassName);
  return {
    name,
    distribution,
    image,
    cpuRequestMillis,
    ...resolveMemory(props, defaultMemoryLimit),
    terminationGracePeriodSeconds: checkSeconds('terminationGracePeriod', props.terminationGracePeriod ?? Duration.minutes(1), 10, 3600),
    imagePullSecrets,
    userEnv: resolveEnv(props.env, checkList('notSecret', props.notSecret ?? [], checkString)),
    ...resolvePlacement(props),
  };
}

function checkMarks(props: CollectorPodOptions & CollectorNames): void {
  const { labels = {}, monitoringLabels = {}, annotations = {}, serviceAccountAnnotations = {} } = props;
  checkLabels('labels', labels, RESERVED_LABELS);
  checkLabels('monitoringLabels', monitoringLabels, RESERVED_LABELS);
  checkAnnotations('annotations', annotations);
  checkAnnotations('serviceAccountAnnotations', serviceAccountAnnotations);
}

/** @returns whole mebibytes */
export function mebibytes(prop: string, size: unknown): number {
  return checkMebibytes(prop, size, 0);
}

const CARRIERS = ['podMonitor', 'serviceMonitor', 'prometheusRule', 'dashboard'] as const;

/** Refuses labels that nothing carries. */
export function checkMonitoringLabels(props: CollectorPodOptions & { readonly [carrier in typeof CARRIERS[number]]?: boolean }): void {
  if (props.monitoringLabels !== undefined && CARRIERS.every(carrier => !props[carrier])) {
    const shown = Object.keys(props.monitoringLabels).join(', ');
    refuse('monitoringLabels', shown, `be left out without ${CARRIERS.map(carrier => `'${carrier}'`).join(', ')}: nothing would carry them`);
  }
}

function resolveMemory(props: CollectorPodOptions, defaultLimit: Size): Pick<ResolvedPod, 'memoryLimitMiB' | 'memoryRequestMiB'> {
  const memoryLimitMiB = mebibytes('memoryLimit', props.memoryLimit ?? defaultLimit);
  const memoryRequestMiB = props.memoryRequest === undefined ? Math.ceil(memoryLimitMiB / 4) : mebibytes('memoryRequest', props.memoryRequest);
  if (memoryLimitMiB < 128) refuse('memoryLimit', `${memoryLimitMiB} MiB`, 'be at least 128 MiB: the collector itself takes half of that');
  if (memoryRequestMiB < 1 || memoryRequestMiB > memoryLimitMiB) {
    refuse('memoryRequest', `${memoryRequestMiB} MiB`, `be at least 1 MiB and at most 'memoryLimit' (${memoryLimitMiB} MiB)`);
  }
  return { memoryLimitMiB, memoryRequestMiB };
}

function secretName(value: unknown): string {
  const name = checkString('imagePullSecrets', value);
  checkDnsSubdomain('imagePullSecrets', name);
  return name;
}
