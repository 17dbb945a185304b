import { ISpanExporter } from './i-span-exporter';
import { OtlpGrpcExporter, OtlpHttpExporter, secretVariable, tokenVolume } from './otlp-exporter';
import { parseHttpEndpoint } from './parse-endpoint';
import {
  DynatraceExporterOptions, GrafanaCloudExporterOptions, HoneycombExporterOptions, HoneycombRegion, NewRelicExporterOptions, NewRelicRegion,
  TempoExporterOptions,
} from './preset-options';
import { SecretRef } from './secret-ref';
import { refuse } from '../kit/check';

/** https://grafana.com/docs/tempo/latest/operations/manage-advanced-systems/multitenancy/ */
export function tempo(name: string, options: TempoExporterOptions): ISpanExporter {
  const { tenant } = options;
  if (tenant !== undefined && !/^[A-Za-z0-9!_.*'()-]{1,150}$/.test(tenant)) {
    refuse('tenant', tenant, 'have 1 to 150 letters, digits or one of ! - _ . * \' ( )');
  }
  return new OtlpGrpcExporter(name, tenant === undefined ? options : {
    ...options,
    plainHeaders: { ...options.plainHeaders, 'X-Scope-OrgID': tenant },
  });
}

/** https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/ */
export function grafanaCloud(name: string, options: GrafanaCloudExporterOptions): ISpanExporter {
  demandTls('endpoint', options.endpoint);
  if (!/^\d+$/.test(options.instanceId)) {
    refuse('instanceId', options.instanceId, 'be digits: the id of the stack, not its name');
  }
  const authenticator = `basicauth/${name}`;
  const volume = tokenVolume(name, secret('token', options.token));
  return new OtlpHttpExporter(name, options, {
    auth: authenticator,
    volumes: [volume],
    extensions: [{
      extensionId: authenticator,
      config: { client_auth: { username: options.instanceId, password_file: `${volume.mountPath}/${options.token.key}` } },
    }],
  });
}

/** https://docs.honeycomb.io/send-data/opentelemetry/ */
export function honeycomb(name: string, options: HoneycombExporterOptions): ISpanExporter {
  const { apiKey, region = HoneycombRegion.US, dataset } = options;
  return new OtlpGrpcExporter(name, {
    ...options,
    endpoint: region === HoneycombRegion.EU ? 'api.eu1.honeycomb.io:443' : 'api.honeycomb.io:443',
    secretHeaders: { 'x-honeycomb-team': secret('apiKey', apiKey) },
    plainHeaders: dataset === undefined ? {} : { 'x-honeycomb-dataset': dataset },
  });
}

/** Takes no gRPC. https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api */
export function dynatrace(name: string, options: DynatraceExporterOptions): ISpanExporter {
  demandTls('environmentUrl', options.environmentUrl);
  const variable = secretVariable(name, 'token');
  return new OtlpHttpExporter(name, { ...options, endpoint: `${options.environmentUrl.replace(/\/+$/, '')}/api/v2/otlp` }, {
    headers: { Authorization: `Api-Token \${env:${variable}}` },
    secretEnv: { [variable]: secret('apiToken', options.apiToken) },
  });
}

/** https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/ */
export function newRelic(name: string, options: NewRelicExporterOptions): ISpanExporter {
  const { licenseKey, region = NewRelicRegion.US } = options;
  return new OtlpHttpExporter(name, {
    ...options,
    endpoint: region === NewRelicRegion.EU ? 'https://otlp.eu01.nr-data.net' : 'https://otlp.nr-data.net',
    secretHeaders: { 'api-key': secret('licenseKey', licenseKey) },
  });
}

function demandTls(prop: string, url: string): void {
  if (parseHttpEndpoint(prop, url).plaintext) {
    refuse(prop, url, 'begin with https://: a credential is sent there');
  }
}

/** Languages without types may pass anything. */
function secret(prop: string, value: SecretRef): SecretRef {
  if (!(value instanceof SecretRef)) {
    throw new Error(`'${prop}' must come from a Secret: SecretRef.fromSecretName(...)`);
  }
  return value;
}
