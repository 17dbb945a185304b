import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { checkVersion } from './check-components';
import { CollectorDistribution } from './collector-distribution';
import { CollectorNames, CollectorOptions, CollectorPodOptions } from './collector-props';
import { COLLECTOR_VERSION, imageOf } from './distribution-components';
import {
  checkAnnotations, checkDnsLabel, checkDnsSubdomain, checkImage, checkIpAddress, checkLabels, checkSeconds, checkWhole, refuse,
} from '../kit/check';
import { DEFAULT_NAME, RESERVED_LABELS } from '../kit/names';

/** Checked, and with every default filled in. */
export interface ResolvedPod {
  readonly name: string;
  readonly distribution: CollectorDistribution;
  readonly image: string;
  readonly cpuRequestMillis: number;
  readonly memoryLimitMiB: number;
  readonly memoryRequestMiB: number;
  readonly terminationGracePeriodSeconds: number;
}

/** Checks what all kinds of collectors have in common. */
export function resolvePod(props: CollectorPodOptions & CollectorNames, namespace: string, defaultMemoryLimit: Size): ResolvedPod {
  const { name = DEFAULT_NAME, distribution = CollectorDistribution.K8S, collectorVersion = COLLECTOR_VERSION, cpuRequestMillis = 100 } = props;
  checkDnsLabel('name', name, 40);
  checkDnsLabel('namespace', namespace);
  checkLabels('labels', props.labels ?? {}, RESERVED_LABELS);
  checkLabels('monitoringLabels', props.monitoringLabels ?? {}, RESERVED_LABELS);
  checkAnnotations('annotations', props.annotations ?? {});
  checkAnnotations('serviceAccountAnnotations', props.serviceAccountAnnotations ?? {});
  checkVersion('collectorVersion', collectorVersion);
  const image = props.collectorImage ?? imageOf(distribution, collectorVersion);
  if (image === undefined) {
    throw new Error("'collectorImage' must be given where 'distribution' is CUSTOM");
  }
  checkImage('collectorImage', image);
  (props.imagePullSecrets ?? []).forEach(secret => checkDnsSubdomain('imagePullSecrets', secret));
  checkWhole('cpuRequestMillis', cpuRequestMillis, 1, 1_000_000);
  if (props.priorityClassName !== undefined) {
    checkDnsSubdomain('priorityClassName', props.priorityClassName);
  }
  return {
    name,
    distribution,
    image,
    cpuRequestMillis,
    ...resolveMemory(props, defaultMemoryLimit),
    terminationGracePeriodSeconds: checkSeconds('terminationGracePeriod', props.terminationGracePeriod ?? Duration.minutes(1), 10, 3600),
  };
}

/** Checks what only a collector behind a Service has. */
export function checkCollectorProps(props: CollectorOptions): void {
  checkWhole('replicas', props.replicas ?? 1, 1, 100);
  if (props.clusterIP !== undefined) {
    checkClusterIP(props.clusterIP);
  }
  checkClusterName(props.clusterName);
  checkSeconds('maxConnectionAge', props.maxConnectionAge ?? Duration.minutes(1), 10, 86_400);
  checkSeconds('noSpansAlert', props.noSpansAlert ?? Duration.minutes(15), 300, 86_400);
  if (props.noSpansAlert !== undefined && !props.prometheusRule) {
    refuse('noSpansAlert', `${props.noSpansAlert.toSeconds()} s`, "be left out unless 'prometheusRule' is true: there would be no alert");
  }
  if (props.queueVolumeSize !== undefined && mebibytes(props.queueVolumeSize) < 128) {
    refuse('queueVolumeSize', `${mebibytes(props.queueVolumeSize)} MiB`, 'be at least 128 MiB');
  }
  if (props.queueStorageClassName !== undefined) {
    checkDnsSubdomain('queueStorageClassName', props.queueStorageClassName);
    if (props.queueVolumeSize === undefined) {
      refuse('queueStorageClassName', props.queueStorageClassName, "be left out where 'queueVolumeSize' is: queues are in memory then");
    }
  }
  if (props.receiverClientCa !== undefined && props.receiverCertificate === undefined) {
    throw new Error("'receiverClientCa' must be left out where 'receiverCertificate' is: without TLS nobody shows a certificate");
  }
  checkScraping(props);
}

function checkScraping({ networkPolicy, podMonitor, prometheusRule }: CollectorOptions): void {
  const scraping = podMonitor ? 'podMonitor' : prometheusRule ? 'prometheusRule' : undefined;
  if (networkPolicy !== undefined && !networkPolicy._letsMetricsOut && scraping !== undefined) {
    refuse(scraping, true, "be left out unless 'networkPolicy' has a 'metricsNamespace', such as that of your Prometheus: nobody could scrape the collector");
  }
}

export function checkClusterName(clusterName: string | undefined): void {
  if (clusterName !== undefined && !/^[^\s$][^$\n]{0,254}$/.test(clusterName)) {
    refuse('clusterName', clusterName, 'have 1 to 255 characters, none of them "$" or a new line, and not begin with a space');
  }
}

export function mebibytes(size: Size): number {
  return size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
}

function resolveMemory(props: CollectorPodOptions, defaultLimit: Size): Pick<ResolvedPod, 'memoryLimitMiB' | 'memoryRequestMiB'> {
  const memoryLimitMiB = mebibytes(props.memoryLimit ?? defaultLimit);
  const memoryRequestMiB = props.memoryRequest === undefined ? Math.ceil(memoryLimitMiB / 4) : mebibytes(props.memoryRequest);
  if (memoryLimitMiB < 128) {
    refuse('memoryLimit', `${memoryLimitMiB} MiB`, 'be at least 128 MiB: the collector itself takes half of that');
  }
  if (memoryRequestMiB < 1 || memoryRequestMiB > memoryLimitMiB) {
    refuse('memoryRequest', `${memoryRequestMiB} MiB`, `be at least 1 MiB and at most 'memoryLimit' (${memoryLimitMiB} MiB)`);
  }
  return { memoryLimitMiB, memoryRequestMiB };
}

function checkClusterIP(ip: string): void {
  try {
    checkIpAddress('clusterIP', ip);
  } catch {
    refuse('clusterIP', ip, 'be an IP address, such as 10.96.0.50');
  }
}
