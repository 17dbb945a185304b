import * as path from 'node:path';
import { Call, Recording, Setting } from './strace';
import { Authority } from '../../support/certificates';
import { ENDPOINT, TlsFiles } from '../../support/model-node/model-node';

/** Changes of the certificates with which the components send: from plain text, to others, and back to plain text. */
export interface SecuredSettings {
  readonly on: Setting;
  readonly renewed: Setting;
  readonly off: Setting;
}

export function securedSettings(directory: string): SecuredSettings {
  const authority = new Authority(path.join(directory, 'authority'));
  const issue = (name: string, subject = name): TlsFiles => {
    const target = path.join(directory, name);
    authority.issue(target, subject);
    return { ca: authority.certificate, certificate: path.join(target, 'tls.crt'), key: path.join(target, 'tls.key') };
  };
  const collector = issue('collector', ENDPOINT.replace(/:.*/, ''));
  const [first, second] = [issue('components'), issue('renewed')];
  return {
    on: { tls: { collector, before: undefined, after: first } },
    renewed: { tls: { collector, before: first, after: second } },
    off: { tls: { collector, before: first, after: undefined } },
  };
}

/** Calls that make, change or remove a certificate or a key, and whatever comes after the first of them. */
export function fromCertificatesOn({ calls }: Recording): readonly Call[] {
  const first = calls.findIndex(call => call.changes && /\/\.?component-/.test(call.text));
  if (first < 0) throw new Error('no certificate was written or removed');
  return calls.slice(first).filter(call => call.changes);
}

/** Calls on certificates and keys alone. */
export function onCertificates({ calls }: Recording): readonly Call[] {
  return calls.filter(call => call.changes && /\/\.?component-/.test(call.text));
}
