import { ISpanExporter } from './i-span-exporter';
import { OtlpGrpcExporter, OtlpHttpExporter, tokenVolume } from './otlp-exporter';
import { secretVariable } from './otlp-headers';
import { ParsedUrl, parseUrl } from './parse-endpoint';
import {
  DynatraceExporterOptions, GrafanaCloudExporterOptions, HoneycombExporterOptions, HoneycombRegion, NewRelicExporterOptions, NewRelicRegion,
  TempoExporterOptions,
} from './preset-options';
import { checkSecretRef } from './secret-ref';
import { checkDnsLabel, checkEnum, checkString, refuse } from '../kit/check';
import { checkOptions } from '../kit/check-options';

const TENANT_HEADER = 'X-Scope-OrgID';

/** https://grafana.com/docs/tempo/latest/operations/manage-advanced-systems/multitenancy/ */
export function tempo(name: string, options: TempoExporterOptions): ISpanExporter {
  const { tenant, plainHeaders, secretHeaders } = checkOptions('options', options, 'TempoExporterOptions');
  if (tenant === undefined) return new OtlpGrpcExporter(name, options);
  if (!/^[A-Za-z0-9!_.*'()-]{1,150}$/.test(checkString('tenant', tenant)) || /^\.\.?$/.test(tenant)) {
    refuse('tenant', tenant, 'have 1 to 150 letters, digits or one of ! - _ . * \' ( ), and not be "." or ".."');
  }
  if (Object.keys({ ...plainHeaders, ...secretHeaders }).some(header => header.toLowerCase() === TENANT_HEADER.toLowerCase())) {
    refuse('tenant', tenant, `be left out where the header ${TENANT_HEADER} is given: both name the tenant`);
  }
  return new OtlpGrpcExporter(name, { ...options, plainHeaders: { ...plainHeaders, [TENANT_HEADER]: tenant } });
}

/** https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/ */
export function grafanaCloud(name: string, given: GrafanaCloudExporterOptions): ISpanExporter {
  const options = checkOptions('options', given, 'GrafanaCloudExporterOptions');
  checkDnsLabel('name', name, 40);
  const { origin, path } = parseTlsUrl('endpoint', options.endpoint);
  if (/\.grafana\.net(:|$)/.test(origin) && !/^\/otlp(\/v1\/traces)?$/.test(path)) {
    refuse('endpoint', options.endpoint, 'end with /otlp, as the stack\'s page shows it');
  }
  if (!/^\d+$/.test(checkString('instanceId', options.instanceId))) {
    refuse('instanceId', options.instanceId, 'be digits: the id of the stack, not its name');
  }
  const authenticator = `basicauth/${name}`;
  const volume = tokenVolume(name, checkSecretRef('token', options.token));
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
  const { apiKey, region = HoneycombRegion.US, dataset } = checkOptions('options', options, 'HoneycombExporterOptions');
  return new OtlpGrpcExporter(name, {
    ...options,
    endpoint: checkEnum('region', region, HoneycombRegion) === HoneycombRegion.EU ? 'api.eu1.honeycomb.io:443' : 'api.honeycomb.io:443',
    secretHeaders: { 'x-honeycomb-team': checkSecretRef('apiKey', apiKey) },
    plainHeaders: dataset === undefined ? {} : { 'x-honeycomb-dataset': checkString('dataset', dataset) },
  });
}

/** Takes no gRPC. https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api */
export function dynatrace(name: string, given: DynatraceExporterOptions): ISpanExporter {
  const options = checkOptions('options', given, 'DynatraceExporterOptions');
  checkDnsLabel('name', name, 40);
  const { origin, path } = parseTlsUrl('environmentUrl', options.environmentUrl);
  if (/\.apps\.dynatrace\.com(:|$)/.test(origin)) {
    refuse('environmentUrl', options.environmentUrl, `be ${origin.replace('.apps.', '.live.')}: the address of the web interface takes no spans`);
  }
  // Some copy the address that the vendor's documentation gives for spans.
  const environment = path.replace(/\/api\/v2\/otlp(\/v1\/traces)?$/, '');
  if (!/^(\/e\/[^/]+)?$/.test(environment)) {
    refuse('environmentUrl', options.environmentUrl, 'have no path, or /e/ and the environment\'s id, such as https://activegate:9999/e/abc12345');
  }
  const variable = secretVariable(name, 'token');
  return new OtlpHttpExporter(name, { ...options, endpoint: `${origin}${environment}/api/v2/otlp` }, {
    headers: { Authorization: `Api-Token \${env:${variable}}` },
    secretEnv: { [variable]: checkSecretRef('apiToken', options.apiToken) },
  });
}

/** https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/ */
export function newRelic(name: string, options: NewRelicExporterOptions): ISpanExporter {
  const { licenseKey, region = NewRelicRegion.US } = checkOptions('options', options, 'NewRelicExporterOptions');
  return new OtlpHttpExporter(name, {
    ...options,
    endpoint: checkEnum('region', region, NewRelicRegion) === NewRelicRegion.EU ? 'https://otlp.eu01.nr-data.net' : 'https://otlp.nr-data.net',
    secretHeaders: { 'api-key': checkSecretRef('licenseKey', licenseKey) },
  });
}

function parseTlsUrl(prop: string, text: string): ParsedUrl {
  const url = parseUrl(prop, text);
  return url.plaintext ? refuse(prop, text, 'begin with https://: a credential is sent there') : url;
}
