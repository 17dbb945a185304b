import { ExporterCompression } from './compression';
import { SecretRef } from './secret-ref';
import { SendingQueueOptions } from './sending-queue-options';
import { TlsKeyPair } from './tls-key-pair';
import { TrustedCa } from './trusted-ca';

/**
 * Common options of the OTLP exporters.
 */
export interface OtlpExporterOptions extends SendingQueueOptions {
  /**
   * Headers of every request whose values are secret, such as `{ 'x-api-key': SecretRef.fromSecretName('backend', 'key') }`.
   *
   * They need TLS. The Collector reads them once, when it starts: after a change in the Secret, restart the pods. A `bearerToken` is read again.
   *
   * @default - none
   */
  readonly secretHeaders?: { [name: string]: SecretRef };

  /**
   * Headers of every request that are not secret, such as the name of a tenant or a data set.
   *
   * A header whose name or value looks like a credential is refused: those belong into `secretHeaders`. Where it is none, name it in `notSecret`.
   *
   * @default - none
   */
  readonly plainHeaders?: { [name: string]: string };

  /**
   * Names of `plainHeaders` that look secret but are not, such as `x-session-key`.
   *
   * @default - none
   */
  readonly notSecret?: string[];

  /**
   * Token that is sent as `Authorization: Bearer ...`. It needs TLS. A renewed token is read without a restart.
   *
   * @default - none
   */
  readonly bearerToken?: SecretRef;

  /**
   * CA bundle that verifies the backend's certificate.
   *
   * The Collector reads it once, when it starts. After a change of its content, restart the pods or give the bundle another name.
   *
   * @default - the certificate authorities that the Collector's image trusts
   */
  readonly ca?: TrustedCa;

  /**
   * Client certificate for backends that require mutual TLS. A renewed certificate is read within 5 minutes.
   *
   * @default - none
   */
  readonly clientCertificate?: TlsKeyPair;

  /**
   * Name that the backend's certificate must contain.
   *
   * @default - the host of `endpoint`
   */
  readonly serverName?: string;

  /**
   * Whether to skip the verification of the backend's certificate. Anybody on the network path can then read the spans.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;

  /**
   * Compression of requests.
   *
   * @default ExporterCompression.GZIP
   */
  readonly compression?: ExporterCompression;
}

/**
 * Options for `SpanExporter.otlpGrpc`.
 */
export interface OtlpGrpcExporterOptions extends OtlpExporterOptions {
  /**
   * `host:port`, and IPv6 in brackets, such as `tempo-distributor.observability:4317`.
   *
   * `https://host:port` means the same with TLS, `http://host:port` without.
   */
  readonly endpoint: string;

  /**
   * Whether to send in plain text, without TLS.
   *
   * @default - false, unless `endpoint` begins with `http://`
   */
  readonly insecure?: boolean;
}

/**
 * Options for `SpanExporter.otlpHttp`.
 */
export interface OtlpHttpExporterOptions extends OtlpExporterOptions {
  /**
   * A URL, such as `https://otlp.example.com`; `/v1/traces` is appended where it is not there. With `http://` the spans are sent in plain text.
   */
  readonly endpoint: string;
}
