import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';
import { ownAddress } from './real-collector';
import { Scratch } from './scratch-directory';
import { Authority } from '../../support/certificates';

/** An admission webhook that takes its time, and then lets everything pass. */
export class SlowWebhook {
  private readonly address = ownAddress();
  private readonly server: https.Server;
  private readonly authority: Authority;

  constructor(private readonly name: string, public delayMillis: number, scratch: Scratch) {
    const directory = scratch.below('webhook');
    this.authority = new Authority(path.join(directory, 'ca'));
    this.authority.issue(directory, this.address);
    const [key, cert] = ['tls.key', 'tls.crt'].map(file => fs.readFileSync(path.join(directory, file)));
    this.server = https.createServer({ key, cert }, (request, response) => {
      let text = '';
      request.on('data', data => { text += data; }).on('end', () => setTimeout(() => {
        const { request: { uid }, apiVersion, kind } = JSON.parse(text);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ apiVersion, kind, response: { uid, allowed: true } }));
      }, this.delayMillis));
    });
    scratch.ending(async () => {
      this.server.closeAllConnections();
      await new Promise(resolve => this.server.close(resolve));
    });
  }

  public async start(): Promise<this> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(8443, this.address, resolve));
    return this;
  }

  /** Asks for a look at every ConfigMap that is made. */
  public configuration(): object {
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: this.name },
      webhooks: [{
        name: this.name,
        clientConfig: { url: `https://${this.address}:8443/validate`, caBundle: fs.readFileSync(this.authority.certificate).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Fail',
      }],
    };
  }
}
