/**
 * A place to look: Jaeger inside the cluster, which keeps traces in memory. For trying things out, NOT for production: there is one
 * pod of it, whoever reaches it sees everything, and the traces are gone when it restarts.
 *
 *     npx tsx examples/jaeger/main.ts
 *     kubectl apply -f dist/tracing.k8s.yaml
 *     kubectl -n control-plane-tracing port-forward service/jaeger 16686
 *
 * and then http://localhost:16686 in a browser.
 */
import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Collector, SpanExporter, SpanFilter, TracingStack } from '../../src';

/** Jaeger with its own defaults: everything in one process, storage in memory. */
class InMemoryJaeger extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const labels = { 'app.kubernetes.io/name': 'jaeger' };
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'jaeger', labels },
      spec: { selector: labels, ports: [{ name: 'otlp-grpc', port: 4317 }, { name: 'http', port: 16686 }] },
    });
    new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'jaeger', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        strategy: { type: 'Recreate' },
        template: { metadata: { labels }, spec: this.podSpec() },
      },
    });
  }

  private podSpec() {
    return {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
      containers: [{
        name: 'jaeger',
        image: 'jaegertracing/jaeger:2.13.0',
        // It would listen on its loopback address alone.
        env: [{ name: 'JAEGER_LISTEN_HOST', value: '0.0.0.0' }],
        ports: [{ name: 'otlp-grpc', containerPort: 4317 }, { name: 'http', containerPort: 16686 }],
        readinessProbe: { tcpSocket: { port: 'otlp-grpc' } },
        resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      }],
    };
  }
}

const app = new App();
const chart = new Chart(app, 'tracing', { namespace: 'control-plane-tracing' });
new TracingStack(chart, 'tracing', {
  createNamespace: true,
  collector: new Collector(chart, 'collector', {
    exporters: [SpanExporter.jaeger('jaeger', { endpoint: 'jaeger:4317', insecure: true })],
    // What would fill the memory, and hide the rest.
    dropTraces: [SpanFilter.healthChecks(), SpanFilter.leases(), SpanFilter.watches(), SpanFilter.loneAuthentication()],
  }),
});
new InMemoryJaeger(chart, 'jaeger');
app.synth();
