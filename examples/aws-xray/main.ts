/**
 * An exporter of your own: AWS X-Ray, whose endpoint wants requests that are signed. The extension that signs them is in the Collector's
 * distribution with everything, and the library says so where another one is chosen.
 *
 *     npx tsx examples/aws-xray/main.ts
 *     kubectl apply -f dist/tracing.k8s.yaml
 */
import { App, Chart } from 'cdk8s';
import { Collector, CollectorDistribution, ISpanExporter, SpanExporterConfig, TracingStack } from '../../src';

class XRayExporter implements ISpanExporter {
  constructor(private readonly region: string) {}

  public bind(): SpanExporterConfig {
    return {
      exporterId: 'otlp_http/xray',
      config: {
        traces_endpoint: `https://xray.${this.region}.amazonaws.com/v1/traces`,
        compression: 'gzip',
        auth: { authenticator: 'sigv4auth/xray' },
        // X-Ray takes 10,000 spans at a time.
        sending_queue: { batch: { max_size: 10_000 } },
      },
      extensions: [{ extensionId: 'sigv4auth/xray', config: { region: this.region, service: 'xray' } }],
    };
  }
}

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
new TracingStack(chart, 'tracing', {
  createNamespace: true,
  collector: new Collector(chart, 'collector', {
    distribution: CollectorDistribution.CONTRIB,
    exporters: [new XRayExporter('eu-west-1')],
    // The role that may call xray:PutTraceSegments. https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/control-plane-tracing' },
  }),
});
app.synth();
