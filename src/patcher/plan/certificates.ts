import { createHash } from 'crypto';

/** What the components prove the collector by, and themselves; the texts of files, PEM. */
export interface Certificates {
  readonly ca: string;
  readonly client: { readonly certificate: string; readonly key: string } | null;
}

/** A file that must be on the node before a manifest names it. */
export interface NodeFile {
  readonly path: string;
  readonly text: string;
  /** Whether only root may read it. */
  readonly secret: boolean;
}

/** The files of one set of certificates; another content is another name, and so another manifest. */
export interface CertificateFiles {
  readonly ca: NodeFile;
  readonly client: { readonly certificate: NodeFile; readonly key: NodeFile } | null;
}

/** What our certificates are called in our directory. */
export const CERTIFICATE_FILE = /^component-(ca|client)\.[0-9a-f]{8}\.(crt|key)$/;

export function certificateFiles({ ca, client }: Certificates, directory: string): CertificateFiles {
  const file = (name: string, text: string, secret = false): NodeFile => ({ path: `${directory}/${name}`, text, secret });
  // Of the key only together with the certificate, which is no secret.
  const hash = client && hashOf(client.certificate, client.key);
  return {
    ca: file(`component-ca.${hashOf(ca)}.crt`, ca),
    client: client && {
      certificate: file(`component-client.${hash}.crt`, client.certificate),
      key: file(`component-client.${hash}.key`, client.key, true),
    },
  };
}

export function filesOf({ ca, client }: CertificateFiles): NodeFile[] {
  return [ca, ...client ? [client.certificate, client.key] : []];
}

function hashOf(...texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 8);
}
