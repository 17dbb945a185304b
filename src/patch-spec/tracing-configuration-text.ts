import { Endpoint, formatEndpoint } from './endpoint';

export const TRACING_CONFIGURATION_GROUP = 'apiserver.config.k8s.io';

export interface TracingConfiguration {
  readonly version: string;
  /** Undefined: known on the node only. */
  readonly endpoint: Endpoint | undefined;
  readonly samplingRatePerMillion: number;
}

/** The one writer of a TracingConfiguration, as YAML. */
export function tracingConfigurationText({ version, endpoint, samplingRatePerMillion }: TracingConfiguration): string {
  return [
    `apiVersion: ${TRACING_CONFIGURATION_GROUP}/${version}`,
    'kind: TracingConfiguration',
    ...endpoint ? [`endpoint: ${yamlEndpoint(endpoint)}`] : [],
    `samplingRatePerMillion: ${samplingRatePerMillion}`,
    '',
  ].join('\n');
}

/** Brackets would begin a list. */
export function yamlEndpoint(endpoint: Endpoint): string {
  const text = formatEndpoint(endpoint);
  return text.startsWith('[') ? `"${text}"` : text;
}
