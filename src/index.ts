export { CollectorAddress, type CollectorServiceOptions } from './constructs/kit/collector-address';
export { ControlPlaneComponent } from './constructs/patch/control-plane-component';
export { type ComponentTlsOptions } from './constructs/patch/component-tls-options';
export { ControlPlanePatch } from './constructs/patch/control-plane-patch';
export { type ControlPlanePatchOptions, type ControlPlanePatchProps } from './constructs/patch/control-plane-patch-props';
export { type UpkeepOptions } from './constructs/patch/upkeep-options';
export { TracingConfig, type TracingConfigProps } from './constructs/patch/tracing-config';
export { TracingStack } from './constructs/tracing-stack';
export { type TracingStackProps } from './constructs/tracing-stack-props';
export { TracingState } from './constructs/patch/tracing-state';
export { Collector } from './constructs/collector/collector';
export { CollectorAgent } from './constructs/collector/collector-agent';
export { type CollectorAgentOptions, type CollectorAgentProps } from './constructs/collector/collector-agent-props';
export { type CollectorNames, type CollectorOptions, type CollectorPodOptions, type CollectorProps } from './constructs/collector/collector-props';
export { type ICollector } from './constructs/collector/i-collector';
export { type CollectorComponent, CollectorComponentKind, type CollectorExtension } from './constructs/exporters/collector-component';
export { CollectorDistribution } from './constructs/collector/collector-distribution';
export {
  type CiliumNetworkPolicyOptions, CollectorNetworkPolicy, type KubernetesNetworkPolicyOptions,
} from './constructs/collector/collector-network-policy';
export {
  type CollectorServiceProps, ServiceInternalTrafficPolicy, ServiceIpFamily, ServiceIpFamilyPolicy, ServiceTrafficDistribution,
} from './constructs/collector/service-props';
export { CollectorVolume } from './constructs/exporters/collector-volume';
export { SecretRef } from './constructs/exporters/secret-ref';
export { SpanFilter } from './constructs/collector/span-filter';
export { SpanRedaction } from './constructs/collector/span-redaction';
export { SpanSampling, type TailSamplingOptions } from './constructs/collector/span-sampling';
export { ExporterCompression } from './constructs/exporters/compression';
export { type DebugExporterOptions, DebugVerbosity } from './constructs/exporters/debug-exporter';
export { type FileExporterOptions } from './constructs/exporters/file-exporter';
export { type OtlpExporterOptions, type OtlpGrpcExporterOptions, type OtlpHttpExporterOptions } from './constructs/exporters/otlp-exporter-options';
export {
  type DynatraceExporterOptions, type GrafanaCloudExporterOptions, type HoneycombExporterOptions, HoneycombRegion, type NewRelicExporterOptions,
  NewRelicRegion, type TempoExporterOptions,
} from './constructs/exporters/preset-options';
export { QueueSizer, type SendingQueueOptions } from './constructs/exporters/sending-queue-options';
export { TlsKeyPair, type TlsKeyPairOptions } from './constructs/exporters/tls-key-pair';
export { TrustedCa } from './constructs/exporters/trusted-ca';
export { type ISpanExporter } from './constructs/exporters/i-span-exporter';
export { SpanExporter } from './constructs/exporters/span-exporter';
export { type SpanExporterConfig } from './constructs/exporters/span-exporter-config';
export { KubeadmApiVersion } from './constructs/patch/kubeadm-api-version';
export { KubeadmRecipe, type KubeadmRecipeProps } from './constructs/patch/kubeadm-recipe';
