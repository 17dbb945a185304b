import { ExporterCompression } from './compression';
import { SecretRef } from './secret-ref';
import { SendingQueueOptions } from './sending-queue-options';
import { TlsKeyPair } from './tls-key-pair';
import { TrustedCa } from './trusted-ca';

/**
 * What the exporters that speak OTLP have in common.
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
   * Headers of every request that anybody may read, such as the name of a tenant or a data set.
   *
   * A header whose name or value looks like a credential is refused: those belong into `secretHeaders`. Where it is none, name it in `notSecret`.
   *
   * @default - none
   */
  readonly plainHeaders?: { [name: string]: string };

  /**
   * Names of `plainHeaders` that look like a credential's although anybody may read them, such as `x-session-key`.
   *
   * @default - none
   */
  readonly notSecret?: string[];

  /**
   * A token that is sent as `Authorization: Bearer ...`. It needs TLS. A renewed token is read again without a restart.
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
   * The Collector's own certificate, for backends that ask for one (mutual TLS). A renewed one is read again within 5 minutes.
   *
   * @default - none
   */
  readonly clientCertificate?: TlsKeyPair;

  /**
   * The name that the backend's certificate must have.
   *
   * @default - the host of `endpoint`
   */
  readonly serverName?: string;

  /**
   * Believes any certificate: whoever is on the way can read the spans.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;

  /**
   * How requests are compressed.
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
   * Sends in plain text, without TLS.
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
