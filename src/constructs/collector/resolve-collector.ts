import { Duration } from 'cdk8s';
import { mebibytes } from './check-props';
import { CollectorNetworkPolicy } from './collector-network-policy';
import { CollectorOptions } from './collector-props';
import { wantsWholeTraces } from './pipeline';
import { ResolvedService, resolveService } from './resolve-service';
import { SpanFilter } from './span-filter';
import { SpanRedaction } from './span-redaction';
import { SpanSampling } from './span-sampling';
import { checkExporter } from '../exporters/bind-exporters';
import { ISpanExporter } from '../exporters/i-span-exporter';
import { SpanExporter } from '../exporters/span-exporter';
import { TlsKeyPair } from '../exporters/tls-key-pair';
import { TrustedCa } from '../exporters/trusted-ca';
import { checkBoolean, checkDnsSubdomain, checkInstance, checkList, checkSeconds, checkWhole, refuse } from '../kit/check';
import { checkClusterName } from '../kit/cluster-name';

/** What only a collector behind a Service has: checked, and with every default filled in. */
export interface ResolvedCollector {
  /** Undefined where an autoscaler owns it. */
  readonly replicas: number | undefined;
  /** Whether the pods that export get their spans from others, by trace. */
  readonly twoStages: boolean;
  readonly podDisruptionBudget: boolean;
  readonly service: ResolvedService;
  readonly exporters: readonly ISpanExporter[];
  readonly sampling: SpanSampling | undefined;
  readonly dropTraces: readonly SpanFilter[];
  readonly dropSpans: readonly SpanFilter[];
  readonly redactions: readonly SpanRedaction[];
  readonly maxConnectionAge: Duration;
  readonly noSpansSeconds: number;
  readonly queueVolumeMiB: number | undefined;
}

const SWITCHES = ['podDisruptionBudget', 'podMonitor', 'serviceMonitor', 'prometheusRule', 'dashboard', 'autoscaled'] as const;

export function resolveCollector(props: CollectorOptions): ResolvedCollector {
  SWITCHES.filter(prop => props[prop] !== undefined).forEach(prop => checkBoolean(prop, props[prop]));
  checkParts(props);
  const replicas = resolveReplicas(props);
  checkClusterName(props.clusterName);
  const twoStages = replicas !== 1 && wantsWholeTraces({ sampling: props.sampling, dropTraces: props.dropTraces ?? [] });
  checkReceiver(props);
  checkSamplerCa(props, twoStages);
  checkMonitoring(props);
  return {
    replicas,
    twoStages,
    podDisruptionBudget: props.podDisruptionBudget ?? (replicas === undefined || replicas > 1),
    service: resolveService(props),
    exporters: checkList('exporters', props.exporters ?? [SpanExporter.stdout()], checkExporter),
    sampling: props.sampling,
    dropTraces: props.dropTraces ?? [],
    dropSpans: props.dropSpans ?? [],
    redactions: props.redactions ?? [],
    maxConnectionAge: Duration.seconds(checkSeconds('maxConnectionAge', props.maxConnectionAge ?? Duration.minutes(1), 10, 86_400)),
    noSpansSeconds: checkSeconds('noSpansAlert', props.noSpansAlert ?? Duration.minutes(15), 300, 86_400),
    queueVolumeMiB: resolveQueueVolume(props),
  };
}

function resolveReplicas({ replicas, autoscaled }: CollectorOptions): number | undefined {
  if (!autoscaled) return checkWhole('replicas', replicas ?? 1, 1, 100);
  if (replicas !== undefined) refuse('replicas', replicas, "be left out where 'autoscaled' is true: the autoscaler sets it");
  return undefined;
}

/** Refuses what only looks like one of this library's objects, as plain JavaScript lets it. */
function checkParts({ sampling, dropTraces, dropSpans, redactions, networkPolicy }: CollectorOptions): void {
  if (sampling !== undefined) checkInstance('sampling', sampling, SpanSampling, 'SpanSampling.tail(...) or SpanSampling.probabilistic(...)');
  for (const [prop, filters] of Object.entries({ dropTraces, dropSpans })) {
    checkList(prop, filters ?? [], (item, filter) => checkInstance(item, filter, SpanFilter, 'SpanFilter.paths(...), for example'));
  }
  checkList('redactions', redactions ?? [], (item, redaction) => checkInstance(item, redaction, SpanRedaction, 'SpanRedaction.remove(...), for example'));
  if (networkPolicy !== undefined) {
    checkInstance('networkPolicy', networkPolicy, CollectorNetworkPolicy, 'CollectorNetworkPolicy.kubernetes(...) or .cilium(...)');
  }
}

function checkReceiver({ receiverCertificate, receiverClientCa }: CollectorOptions): void {
  if (receiverCertificate !== undefined) checkInstance('receiverCertificate', receiverCertificate, TlsKeyPair, 'TlsKeyPair.fromSecretName(...)');
  if (receiverClientCa !== undefined) {
    checkInstance('receiverClientCa', receiverClientCa, TrustedCa, 'TrustedCa.fromSecretName(...)');
    if (receiverCertificate === undefined) {
      throw new Error("'receiverClientCa' must be left out where 'receiverCertificate' is: without TLS nobody shows a certificate");
    }
  }
}

/** Between two stages, spans are as safe from readers as on their way to the first. */
function checkSamplerCa({ samplerCa, receiverCertificate }: CollectorOptions, twoStages: boolean): void {
  if (samplerCa !== undefined) {
    checkInstance('samplerCa', samplerCa, TrustedCa, 'TrustedCa.fromSecretName(...)');
    if (!twoStages) throw new Error("'samplerCa' must be left out where there is one stage: without tail sampling or 'dropTraces', or with one replica");
    if (receiverCertificate === undefined) throw new Error("'samplerCa' must be left out where 'receiverCertificate' is: there is no certificate to verify");
  } else if (twoStages && receiverCertificate !== undefined) {
    throw new Error("'samplerCa' must be given where 'receiverCertificate' is and tail sampling has several pods: by it, the first stage verifies the second");
  }
}

function resolveQueueVolume({ queueVolumeSize, queueStorageClassName }: CollectorOptions): number | undefined {
  const size = queueVolumeSize === undefined ? undefined : mebibytes('queueVolumeSize', queueVolumeSize);
  if (size !== undefined && size < 128) refuse('queueVolumeSize', `${size} MiB`, 'be at least 128 MiB');
  if (queueStorageClassName !== undefined) {
    checkDnsSubdomain('queueStorageClassName', queueStorageClassName);
    if (size === undefined) {
      refuse('queueStorageClassName', queueStorageClassName, "be left out where 'queueVolumeSize' is: queues are in memory then");
    }
  }
  return size;
}

function checkMonitoring({ networkPolicy, podMonitor, serviceMonitor, prometheusRule, noSpansAlert }: CollectorOptions): void {
  if (noSpansAlert !== undefined && !prometheusRule) {
    refuse('noSpansAlert', `${checkSeconds('noSpansAlert', noSpansAlert, 300, 86_400)} s`, "be left out unless 'prometheusRule' is true: there would be no alert");
  }
  if (podMonitor && serviceMonitor) refuse('serviceMonitor', true, "be left out where 'podMonitor' is true: everything would be counted twice");
  const scraping = podMonitor ? 'podMonitor' : serviceMonitor ? 'serviceMonitor' : prometheusRule ? 'prometheusRule' : undefined;
  if (networkPolicy !== undefined && !networkPolicy._letsMetricsOut && scraping !== undefined) {
    refuse(scraping, true, "be left out unless 'networkPolicy' has a 'metricsNamespace', such as that of your Prometheus: nobody could scrape the collector");
  }
}
