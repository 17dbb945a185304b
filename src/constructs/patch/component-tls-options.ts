import { TlsKeyPair } from '../exporters/tls-key-pair';
import { TrustedCa } from '../exporters/trusted-ca';

/**
 * Certificates by which the API server and etcd send their spans with TLS.
 *
 * The Secrets and ConfigMaps are in the namespace of the Job, which copies them to every control-plane node: the private key for root alone.
 * Who can read the Secret of the client certificate can send spans as the control plane.
 */
export interface ComponentTlsOptions {
  /**
   * The CA that issued the collector's certificate. That certificate needs the collector's IP address as a subject alternative name,
   * because the components dial an address.
   */
  readonly ca: TrustedCa;

  /**
   * The certificate that the components show to the collector (mutual TLS). kube-apiserver takes one from 1.29 on, etcd from 3.5.11 on;
   * on older nodes the Job refuses it and touches nothing.
   *
   * @default - none: the collector must not ask for one
   */
  readonly clientCertificate?: TlsKeyPair;
}
