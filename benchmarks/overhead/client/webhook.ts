import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';

/** Allows everything, and counts. */
export class Webhook {
  public calls = 0;
  private readonly server: https.Server;

  /** @param directory with `tls.crt` and `tls.key` */
  constructor(private readonly address: string, private readonly directory: string) {
    const file = (name: string) => fs.readFileSync(path.join(directory, name));
    this.server = https.createServer({ cert: file('tls.crt'), key: file('tls.key') }, (request, response) => {
      let text = '';
      request.on('data', data => { text += data; });
      request.on('end', () => {
        this.calls++;
        const { apiVersion, kind, request: { uid } } = JSON.parse(text);
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ apiVersion, kind, response: { uid, allowed: true } }));
      });
    });
  }

  public async listen(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(8443, this.address, resolve));
  }

  /** The object that makes an API server call it for each change of a ConfigMap. */
  public configuration(): object {
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'load' },
      webhooks: [{
        name: 'load.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { url: `https://${this.address}:8443/`, caBundle: fs.readFileSync(path.join(this.directory, 'ca.crt')).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['configmaps'] }],
      }],
    };
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
