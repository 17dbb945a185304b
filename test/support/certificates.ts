import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { isIP } from 'node:net';
import * as path from 'node:path';

/** A certificate authority for the length of a test. */
export class Authority {
  public readonly certificate: string;

  constructor(private readonly directory: string, days = 1) {
    fs.mkdirSync(directory, { recursive: true });
    this.certificate = path.join(directory, 'ca.crt');
    this.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.crt', '-days', String(days), '-subj', '/CN=ca');
  }

  /** Writes `tls.crt` and `tls.key` for a host's name or address, as a Secret of type `kubernetes.io/tls` is mounted. */
  public issue(target: string, name: string, days = 1): void {
    fs.mkdirSync(target, { recursive: true });
    const extensions = path.join(this.directory, 'extensions');
    fs.writeFileSync(extensions, `subjectAltName=${isIP(name) ? 'IP' : 'DNS'}:${name}\n`);
    this.openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${target}/tls.key`, '-out', 'request', '-subj', `/CN=${name}`.slice(0, 60));
    this.openssl('x509', '-req', '-in', 'request', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-out', `${target}/tls.crt`, '-days', String(days), '-extfile', extensions);
  }

  /** Writes the authority's certificate as a file of a mounted Secret or ConfigMap. */
  public publish(target: string, key = 'ca.crt'): void {
    fs.mkdirSync(target, { recursive: true });
    fs.copyFileSync(this.certificate, path.join(target, key));
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.directory, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
