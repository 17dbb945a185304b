import { Construct } from 'constructs';
import { CollectorExtension } from './collector-component';
import { CollectorVolume } from './collector-volume';
import { ExporterCompression } from './compression';
import { ISpanExporter } from './i-span-exporter';
import { OtlpExporterOptions, OtlpGrpcExporterOptions, OtlpHttpExporterOptions } from './otlp-exporter-options';
import { renderHeaders } from './otlp-headers';
import { httpTarget, parseGrpcEndpoint, parseUrl } from './parse-endpoint';
import { renderSending } from './render-sending-queue';
import { checkSecretRef, SecretRef } from './secret-ref';
import { SpanExporterConfig } from './span-exporter-config';
import { TlsKeyPair } from './tls-key-pair';
import { TrustedCa } from './trusted-ca';
import { checkBoolean, checkDnsLabel, checkDnsSubdomain, checkEnum, checkInstance, checkProps, refuse } from '../kit/check';

/** Of the client's own certificate: what `ca_file` names is read once, when the Collector starts. */
const TLS_RELOAD_INTERVAL = '5m';

/** @internal */
export class OtlpGrpcExporter implements ISpanExporter {
  private readonly result: SpanExporterConfig;

  constructor(name: string, given: OtlpGrpcExporterOptions) {
    const options = checkProps('options', given);
    const { target, plaintext } = parseGrpcEndpoint('endpoint', options.endpoint);
    const insecure = checkBoolean('insecure', options.insecure ?? plaintext ?? false);
    if (plaintext === false && options.insecure) refuse('insecure', true, `be left out where 'endpoint' (${options.endpoint}) asks for TLS`);
    if (plaintext === true && options.insecure === false) {
      refuse('insecure', false, `be left out where 'endpoint' (${options.endpoint}) asks for plain text`);
    }
    this.result = otlpConfig('otlp_grpc', name, { endpoint: target }, plaintext ?? insecure, options);
  }

  public bind(_scope: Construct): SpanExporterConfig {
    return this.result;
  }
}

/** What a vendor's exporter has beside the options of all. */
export interface OtlpHttpAdditions extends Partial<SpanExporterConfig> {
  /** The id of an authenticator, among the extensions. */
  readonly auth?: string;
  /** Headers whose secrets are references to the environment. */
  readonly headers?: { readonly [name: string]: string };
}

/** @internal */
export class OtlpHttpExporter implements ISpanExporter {
  private readonly result: SpanExporterConfig;

  constructor(name: string, given: OtlpHttpExporterOptions, more: OtlpHttpAdditions = {}) {
    const options = checkProps('options', given);
    const url = parseUrl('endpoint', options.endpoint);
    const { auth, headers, extensions = [], volumes = [], secretEnv = {} } = more;
    const base = otlpConfig('otlp_http', name, httpTarget('endpoint', url), url.plaintext, options);
    this.result = {
      ...base,
      config: {
        ...base.config,
        ...(headers === undefined ? {} : { headers: { ...base.config?.headers, ...headers } }),
        ...(auth === undefined ? {} : { auth: { authenticator: auth } }),
      },
      extensions: [...base.extensions ?? [], ...extensions],
      volumes: [...base.volumes ?? [], ...volumes],
      secretEnv: { ...base.secretEnv, ...secretEnv },
    };
  }

  public bind(_scope: Construct): SpanExporterConfig {
    return this.result;
  }
}

function otlpConfig(
  type: string, name: string, url: { [key: string]: string }, plaintext: boolean, options: OtlpExporterOptions,
): SpanExporterConfig {
  checkDnsLabel('name', name, 40);
  checkTypes(options);
  checkTransport(plaintext, options);
  const headers = renderHeaders(type, name, options);
  const extensions: CollectorExtension[] = [];
  const volumes = [options.ca?._volume, options.clientCertificate?._volume].filter(volume => volume !== undefined);
  if (options.bearerToken !== undefined) {
    const token = tokenVolume(name, options.bearerToken);
    volumes.push(token);
    extensions.push({ extensionId: `bearertokenauth/${name}`, config: { filename: `${token.mountPath}/${options.bearerToken.key}` } });
  }
  return {
    exporterId: `${type}/${name}`,
    config: {
      ...url,
      compression: options.compression ?? ExporterCompression.GZIP,
      tls: renderTls(plaintext, options),
      ...(Object.keys(headers.config).length > 0 ? { headers: headers.config } : {}),
      ...(options.bearerToken === undefined ? {} : { auth: { authenticator: `bearertokenauth/${name}` } }),
      ...renderSending(options),
    },
    secretEnv: headers.env,
    volumes,
    extensions,
    ...(options.notSecret === undefined ? {} : { notSecret: options.notSecret }),
  };
}

/** Languages without types may pass anything. */
function checkTypes(options: OtlpExporterOptions): void {
  if (options.bearerToken !== undefined) checkSecretRef('bearerToken', options.bearerToken);
  if (options.ca !== undefined) checkInstance('ca', options.ca, TrustedCa, 'TrustedCa.fromConfigMapName(...)');
  if (options.clientCertificate !== undefined) {
    checkInstance('clientCertificate', options.clientCertificate, TlsKeyPair, 'TlsKeyPair.fromSecretName(...)');
  }
  checkBoolean('insecureSkipVerify', options.insecureSkipVerify ?? false);
  checkEnum('compression', options.compression ?? ExporterCompression.GZIP, ExporterCompression);
}

function checkTransport(plaintext: boolean, options: OtlpExporterOptions): void {
  for (const prop of ['ca', 'clientCertificate', 'serverName', 'insecureSkipVerify'] as const) {
    if (plaintext && options[prop] !== undefined) throw new Error(`'${prop}' must be left out where the spans are sent in plain text`);
  }
  const credential = options.bearerToken !== undefined ? 'bearerToken' : Object.keys(options.secretHeaders ?? {}).length > 0 ? 'secretHeaders' : undefined;
  if (plaintext && credential !== undefined) {
    throw new Error(`'${credential}' must be left out where the spans are sent in plain text: anybody on the way could read it`);
  }
  if (options.insecureSkipVerify && (options.ca !== undefined || options.serverName !== undefined)) {
    refuse('insecureSkipVerify', true, "be left out where 'ca' or 'serverName' says what to verify");
  }
  if (options.serverName !== undefined) checkDnsSubdomain('serverName', options.serverName);
}

function renderTls(plaintext: boolean, options: OtlpExporterOptions): { [key: string]: any } {
  if (plaintext) return { insecure: true };
  const files = { ...(options.ca && { ca_file: options.ca._file }), ...options.clientCertificate?._files };
  return {
    insecure: false,
    ...files,
    ...(Object.keys(files).length > 0 ? { reload_interval: TLS_RELOAD_INTERVAL } : {}),
    ...(options.serverName === undefined ? {} : { server_name_override: options.serverName }),
    ...(options.insecureSkipVerify ? { insecure_skip_verify: true } : {}),
  };
}

/** A file, so that a token that is renewed is read again. */
export function tokenVolume(name: string, token: SecretRef): CollectorVolume {
  return CollectorVolume.fromSecretName(`token-${name}`, token.secretName, `/etc/otelcol/tokens/${name}`);
}
