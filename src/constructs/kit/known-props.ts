/** The names of all props, by their interfaces: at run time there are no types. A test compares them with the interfaces. */

const QUEUE = [
  'batchFlushTimeout', 'batchMaxBytes', 'batchMaxSize', 'batchMinSize', 'queueConsumers', 'queueSize', 'queueSizer', 'retryInitialInterval',
  'retryMaxElapsedTime', 'retryMaxInterval', 'timeout',
];
const OTLP = [
  ...QUEUE, 'bearerToken', 'ca', 'clientCertificate', 'compression', 'insecureSkipVerify', 'notSecret', 'plainHeaders', 'secretHeaders',
  'serverName',
];
const NAMES = ['annotations', 'labels', 'name', 'namespace'];
const POD = [
  'affinity', 'collectorImage', 'collectorVersion', 'configOverrides', 'cpuRequestMillis', 'distribution', 'env', 'imageComponents',
  'imagePullSecrets', 'memoryLimit', 'memoryRequest', 'monitoringLabels', 'nodeSelector', 'notSecret', 'podAnnotations', 'podLabels', 'podMonitor',
  'priorityClassName', 'removeConfig', 'serviceAccountAnnotations', 'terminationGracePeriod', 'tolerations',
];
const COLLECTOR = [
  ...POD, 'autoscaled', 'clusterIP', 'clusterName', 'dashboard', 'dropSpans', 'dropTraces', 'exporters', 'internalTrafficPolicy', 'ipFamilies',
  'ipFamilyPolicy', 'maxConnectionAge', 'networkPolicy', 'noSpansAlert', 'podDisruptionBudget', 'prometheusRule', 'queueStorageClassName',
  'queueVolumeSize', 'receiverCertificate', 'receiverClientCa', 'redactions', 'replicas', 'samplerCa', 'sampling', 'serviceMonitor',
  'trafficDistribution',
];
const AGENT = [...POD, 'gatewayCa', 'gatewayClientCertificate', 'gatewayServerName', 'healthPort', 'metricsPort', 'otlpGrpcPort', 'prometheusRule'];
const PATCH = [
  'adopt', 'annotations', 'apiServerVerbosity', 'clusterName', 'collectorWait', 'componentTls', 'components', 'controlPlaneNodes', 'drain',
  'etcdSamplingRatePerMillion', 'etcdStartTimeout', 'etcdVersion', 'healthTimeout', 'imagePullSecrets', 'keepApiServerVerbosity',
  'kubernetesVersion', 'labels', 'name', 'nodeNameAttribute', 'patchImage', 'privileged', 'resourceAttributes', 'runId', 'soak', 'state',
  'turnWait', 'upkeep',
];

export const KNOWN_PROPS = {
  CiliumNetworkPolicyOptions: ['extraEgressPorts', 'metricsNamespace'],
  CollectorAgentOptions: [...AGENT],
  CollectorAgentProps: [...AGENT, ...NAMES, 'clusterName', 'controlPlaneNodes', 'exporters', 'gateway'],
  CollectorComponent: ['kind', 'typeName'],
  CollectorExtension: ['config', 'extensionId'],
  CollectorOptions: [...COLLECTOR],
  CollectorProps: [...COLLECTOR, ...NAMES],
  CollectorServiceOptions: ['clusterIP', 'name', 'namespace', 'port'],
  ComponentTlsOptions: ['ca', 'clientCertificate'],
  ControlPlanePatchProps: [...PATCH, 'tracingConfig'],
  DebugExporterOptions: ['verbosity'],
  DynatraceExporterOptions: [...QUEUE, 'apiToken', 'environmentUrl'],
  FileExporterOptions: ['rotationBackups', 'rotationSize', 'volume'],
  GrafanaCloudExporterOptions: [...QUEUE, 'endpoint', 'instanceId', 'token'],
  HoneycombExporterOptions: [...QUEUE, 'apiKey', 'dataset', 'region'],
  KubeadmRecipeProps: ['etcdVersion', 'kubernetesVersion'],
  KubernetesNetworkPolicyOptions: ['extraEgressPorts', 'metricsNamespace', 'nodeCidrs'],
  NewRelicExporterOptions: [...QUEUE, 'licenseKey', 'region'],
  OtlpGrpcExporterOptions: [...OTLP, 'endpoint', 'insecure'],
  OtlpHttpExporterOptions: [...OTLP, 'endpoint'],
  SpanExporterConfig: ['components', 'config', 'exporterId', 'extensions', 'notSecret', 'secretEnv', 'volumes'],
  TailSamplingOptions: ['decisionWait', 'keepErrors', 'keepSlowerThan', 'maxTraces', 'restPercentage'],
  TempoExporterOptions: [...OTLP, 'endpoint', 'insecure', 'tenant'],
  TlsKeyPairOptions: ['certificateKey', 'privateKeyKey'],
  TracingConfigProps: ['annotations', 'collector', 'labels', 'name', 'namespace', 'samplingRatePerMillion'],
  TracingStackProps: [
    ...PATCH, 'agent', 'clusterIP', 'collector', 'collectorAddress', 'collectorOptions', 'createNamespace', 'exporters', 'patchNamespace', 'requestsPerSecond',
    'samplingRatePerMillion',
  ],
  UpkeepOptions: ['kubeadmConfig', 'schedule', 'timeZone'],
} as const satisfies { readonly [type: string]: readonly string[] };

export type KnownType = keyof typeof KNOWN_PROPS;
