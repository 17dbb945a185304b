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
   * @default - none
   */
  readonly secretHeaders?: { [name: string]: SecretRef };

  /**
   * Headers of every request that anybody may read, such as the name of a tenant or a data set.
   *
   * A header that names a credential, or a value that looks like one, is refused: those belong into `secretHeaders`.
   *
   * @default - none
   */
  readonly plainHeaders?: { [name: string]: string };

  /**
   * A token that is sent as `Authorization: Bearer ...`.
   *
   * @default - none
   */
  readonly bearerToken?: SecretRef;

  /**
   * Whom to believe that the backend is the backend.
   *
   * @default - the certificate authorities that the Collector's image trusts
   */
  readonly ca?: TrustedCa;

  /**
   * The certificate with which the Collector shows who it is (mutual TLS).
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
