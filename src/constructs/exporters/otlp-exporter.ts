import { Construct } from 'constructs';
import { CollectorExtension } from './collector-component';
import { CollectorVolume } from './collector-volume';
import { ExporterCompression } from './compression';
import { ISpanExporter } from './i-span-exporter';
import { checkHeaderName, checkPlainHeaders } from './literal-secrets';
import { OtlpExporterOptions, OtlpGrpcExporterOptions, OtlpHttpExporterOptions } from './otlp-exporter-options';
import { parseGrpcEndpoint, parseHttpEndpoint } from './parse-endpoint';
import { renderSending } from './render-sending-queue';
import { SecretRef } from './secret-ref';
import { SpanExporterConfig } from './span-exporter-config';
import { checkDnsLabel, checkDnsSubdomain, refuse } from '../kit/check';

/** Files are mounted where Secrets are renewed without a restart. */
const TLS_RELOAD_INTERVAL = '5m';

/** @internal */
export class OtlpGrpcExporter implements ISpanExporter {
  private readonly result: SpanExporterConfig;

  constructor(name: string, options: OtlpGrpcExporterOptions) {
    const { target, plaintext } = parseGrpcEndpoint('endpoint', options.endpoint);
    if (plaintext === false && options.insecure) {
      refuse('insecure', true, `be left out where 'endpoint' (${options.endpoint}) asks for TLS`);
    }
    if (plaintext === true && options.insecure === false) {
      refuse('insecure', false, `be left out where 'endpoint' (${options.endpoint}) asks for plain text`);
    }
    this.result = otlpConfig('otlp_grpc', name, { endpoint: target }, plaintext ?? options.insecure ?? false, options);
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

  constructor(name: string, options: OtlpHttpExporterOptions, more: OtlpHttpAdditions = {}) {
    const { url, plaintext } = parseHttpEndpoint('endpoint', options.endpoint);
    const { auth, headers, extensions = [], volumes = [], secretEnv = {} } = more;
    const base = otlpConfig('otlp_http', name, url, plaintext, options);
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

/** The name of the environment variable that carries a secret of an exporter. */
export function secretVariable(...parts: readonly string[]): string {
  return ['SECRET', ...parts].join('_').toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

function otlpConfig(
  type: string, name: string, url: { [key: string]: string }, plaintext: boolean, options: OtlpExporterOptions,
): SpanExporterConfig {
  checkDnsLabel('name', name, 40);
  checkTransport(plaintext, options);
  const headers = renderHeaders(name, options);
  const extensions: CollectorExtension[] = [];
  const volumes = [options.ca?._volume, options.clientCertificate?._volume].filter(volume => volume !== undefined);
  if (options.bearerToken !== undefined) {
    if (!(options.bearerToken instanceof SecretRef)) {
      throw new Error("'bearerToken' must come from a Secret: SecretRef.fromSecretName(...)");
    }
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
  };
}

function checkTransport(plaintext: boolean, options: OtlpExporterOptions): void {
  for (const prop of ['ca', 'clientCertificate', 'serverName', 'insecureSkipVerify'] as const) {
    if (plaintext && options[prop] !== undefined) {
      throw new Error(`'${prop}' must be left out where the spans are sent in plain text`);
    }
  }
  if (plaintext && options.bearerToken !== undefined) {
    throw new Error("'bearerToken' must be left out where the spans are sent in plain text: anybody on the way could read it");
  }
  if (options.insecureSkipVerify && (options.ca !== undefined || options.serverName !== undefined)) {
    refuse('insecureSkipVerify', true, "be left out where 'ca' or 'serverName' says what to verify");
  }
  if (options.serverName !== undefined) {
    checkDnsSubdomain('serverName', options.serverName);
  }
}

function renderTls(plaintext: boolean, options: OtlpExporterOptions): { [key: string]: any } {
  if (plaintext) {
    return { insecure: true };
  }
  const files = { ...(options.ca && { ca_file: options.ca._file }), ...options.clientCertificate?._files };
  return {
    insecure: false,
    ...files,
    ...(Object.keys(files).length > 0 ? { reload_interval: TLS_RELOAD_INTERVAL } : {}),
    ...(options.serverName === undefined ? {} : { server_name_override: options.serverName }),
    ...(options.insecureSkipVerify ? { insecure_skip_verify: true } : {}),
  };
}

function renderHeaders(name: string, options: OtlpExporterOptions): { config: Record<string, string>; env: Record<string, SecretRef> } {
  checkPlainHeaders('plainHeaders', options.plainHeaders ?? {});
  // The Collector reads `$` as the start of a reference, and `$$` as `$`.
  const config = Object.fromEntries(Object.entries(options.plainHeaders ?? {}).map(([header, value]) => [header, value.replace(/\$/g, '$$$$')]));
  const env: Record<string, SecretRef> = {};
  const seen = new Set(Object.keys(config).map(header => header.toLowerCase()));
  for (const [header, secret] of Object.entries(options.secretHeaders ?? {})) {
    checkHeaderName('secretHeaders', header);
    if (!(secret instanceof SecretRef)) {
      throw new Error(`'secretHeaders.${header}' must come from a Secret: SecretRef.fromSecretName(...)`);
    }
    if (seen.has(header.toLowerCase())) {
      refuse('secretHeaders', header, "appear once, and not in 'plainHeaders' too");
    }
    if (header.toLowerCase() === 'authorization' && options.bearerToken !== undefined) {
      refuse('secretHeaders', header, "be left out where 'bearerToken' is given: both are the header Authorization");
    }
    seen.add(header.toLowerCase());
    const variable = secretVariable(name, header);
    env[variable] = secret;
    config[header] = `\${env:${variable}}`;
  }
  return { config, env };
}

/** A file, so that a token that is renewed is read again. */
export function tokenVolume(name: string, token: SecretRef): CollectorVolume {
  return CollectorVolume.fromSecretName(`token-${name}`, token.secretName, `/etc/otelcol/tokens/${name}`);
}
