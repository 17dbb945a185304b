import { createPrivateKey, X509Certificate } from 'crypto';
import { Clock, microTime } from '../host/clock';
import { Certificates } from '../plan/certificates';

/** Validity is a matter of the calendar. */
type Calendar = Pick<Clock, 'since'>;

/** Why these cannot be used now, as a sentence; undefined where they can. */
export function certificatesProblem({ ca, client }: Certificates, calendar: Calendar): string | undefined {
  const authorities = readAll(ca);
  if (typeof authorities === 'string') return `the CA ${authorities}`;
  const untimely = authorities.map(authority => validityProblem(authority, calendar));
  if (untimely.every(problem => problem !== undefined)) return `the CA ${untimely[0]}`;
  if (client === null) return undefined;
  const chain = readAll(client.certificate);
  if (typeof chain === 'string') return `the client certificate ${chain}`;
  const expired = validityProblem(chain[0]!, calendar);
  if (expired !== undefined) return `the client certificate ${expired}`;
  return keyProblem(chain[0]!, client.key);
}

/** When these can no longer be used, in RFC 3339: a CA lasts as long as the last of its bundle, and a chain as its first that expires. */
export function endOf({ ca, client }: Certificates, calendar: Calendar): string | undefined {
  const ends = (text: string) => {
    const all = readAll(text);
    return typeof all === 'string' ? [] : endsOf(all, calendar);
  };
  const [first] = inOrder([ends(ca).at(-1), ...client ? [ends(client.certificate)[0]] : []].filter(end => end !== undefined), calendar);
  return first && microTime(first);
}

/** The ends of their validity, the first one first. */
export function endsOf(certificates: readonly X509Certificate[], calendar: Calendar): string[] {
  return inOrder(certificates.map(({ validTo }) => validTo), calendar);
}

function inOrder(dates: readonly string[], calendar: Calendar): string[] {
  return [...dates].sort((a, b) => calendar.since(b) - calendar.since(a));
}

export function readAll(text: string): X509Certificate[] | string {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'is no certificate: it must be PEM, with "-----BEGIN CERTIFICATE-----"';
  try {
    return blocks.map(block => new X509Certificate(block));
  } catch (e) {
    return `cannot be read as a certificate (${(e as Error).message})`;
  }
}

export function validityProblem({ subject, validFrom, validTo }: X509Certificate, calendar: Calendar): string | undefined {
  const name = subject.replaceAll('\n', ', ');
  if (calendar.since(validTo) > 0) return `(${name}) expired on ${validTo}: make a new one`;
  if (calendar.since(validFrom) < 0) return `(${name}) is not valid before ${validFrom}: is the clock of this node right?`;
  return undefined;
}

function keyProblem(certificate: X509Certificate, text: string): string | undefined {
  let key;
  try {
    key = createPrivateKey(text);
  } catch {
    // The message of the library may repeat what it read.
    return 'the private key of the client certificate cannot be read: it must be PEM, without a passphrase';
  }
  return certificate.checkPrivateKey(key) ? undefined : 'the private key does not belong to the client certificate: take both from the same Secret, of the same renewal';
}
