import { Objection } from './preflight';
import { Endpoint, formatEndpoint } from '../../patch-spec/endpoint';
import { Host } from '../host/host';
import { Certificates } from '../plan/certificates';

const ALERT = /^CLOSED_AFTER_HANDSHAKE$|ALERT_(CERTIFICATE_REQUIRED|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|HANDSHAKE_FAILURE)/;

/** By the codes of Node.js and OpenSSL: https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
const MEANINGS: readonly (readonly [RegExp, (endpoint: Endpoint, clientCertificate: boolean) => string])[] = [
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, ({ host }) => `its certificate is not for the address ${host}: give it that IP address as a subject alternative name `
    + `(cert-manager: ipAddresses: [${host}]), which a fixed clusterIP keeps right`],
  [/^CERT_HAS_EXPIRED$/, () => 'its certificate, or one that it was issued by, has expired: renew it'],
  [/^CERT_NOT_YET_VALID$/, () => 'its certificate is not valid yet: is the clock of this node right?'],
  [/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)/,
    () => 'its certificate was not issued by the CA of componentTls: give the CA that issued it, or another certificate'],
  [/^INVALID_PURPOSE$/, () => 'its certificate is not for servers: issue it with the usage "server auth"'],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/, () => 'it speaks plain text: give it a receiverCertificate first'],
  [ALERT, (_, clientCertificate) => (clientCertificate
    ? 'it does not take the client certificate: was that issued by the CA of receiverClientCa, for client authentication?'
    : 'it asks for a client certificate: give componentTls a clientCertificate')],
];

/** Whether the components could send their spans there, which they would not say themselves: asked from this node, as they would. */
export async function collectorTls(host: Pick<Host, 'endpoints'>, endpoint: Endpoint, { ca, client }: Certificates): Promise<Objection | undefined> {
  const error = await host.endpoints.secured(endpoint.host, endpoint.port, { ca, certificate: client?.certificate, key: client?.key });
  if (error === undefined) return undefined;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const meaning = MEANINGS.find(([pattern]) => pattern.test(code))?.[1](endpoint, client !== null) ?? message;
  return { code: 'collector-tls', reason: `the collector at ${formatEndpoint(endpoint)} cannot be reached with TLS: ${meaning}${code === '' ? '' : ` [${code}]`}` };
}
