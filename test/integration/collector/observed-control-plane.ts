import { Testing } from 'cdk8s';
import { Backend } from './backend';
import { components } from './components';
import { ControlPlane } from './control-plane';
import { givingUp } from './giving-up';
import { ownAddress, RealCollector } from './real-collector';
import { RealPrometheus } from './real-prometheus';
import { Scratch } from './scratch-directory';
import { SlowWebhook } from './slow-webhook';
import { Collector, SpanExporter } from '../../../src';
import { prometheus as prometheusBinary } from '../../support/components/promtool';

export const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

export interface Target {
  /** Only a query of Prometheus has it. */
  readonly expr?: string;
  readonly legendFormat?: string;
  readonly exemplar?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly Target[];
}

export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface ObservedOptions {
  readonly webhook: string;
  readonly webhookMillis: number;
}

/** A real etcd and a real kube-apiserver with a slow webhook, a Collector that takes their spans, and a Prometheus that scrapes what the dashboards ask for. */
export class ObservedControlPlane {
  public static async start({ webhook: name, webhookMillis }: ObservedOptions, scratch: Scratch): Promise<ObservedControlPlane> {
    const binaries = await components('collector', 'etcd', 'apiServer');
    const backend = await new Backend({ binary: binaries.collector, root: scratch.below('backend') }).start();
    scratch.ending(() => backend.stop());
    const gateway = new Collector(Testing.chart(), 'gateway', {
      dashboard: true,
      exporters: [
        SpanExporter.otlpGrpc('up', { endpoint: backend.endpoint, insecure: true }),
        givingUp('down', `${ownAddress()}:4317`),
      ],
    });
    const collector = await new RealCollector({ binary: binaries.collector, root: scratch.below('gateway'), config: gateway }).start();
    scratch.ending(() => collector.stop());

    const controlPlane = new ControlPlane(binaries, scratch);
    await controlPlane.start(`${collector.address}:4317`);
    const webhook = await new SlowWebhook(name, webhookMillis, scratch).start();
    const made = await controlPlane.request(WEBHOOKS, { method: 'POST', body: webhook.configuration() });
    if (made !== 201) throw new Error(`the API server answers ${made} to the configuration of the webhook`);

    const prometheus = await new RealPrometheus(await prometheusBinary(), scratch).start([
      {
        job_name: 'apiserver',
        scheme: 'https',
        tls_config: { insecure_skip_verify: true },
        authorization: { credentials: 'admintoken' },
        static_configs: [{ targets: [`${controlPlane.address}:6443`] }],
      },
      {
        job_name: 'collector',
        static_configs: [{
          targets: [`${collector.address}:8888`],
          labels: { namespace: gateway.namespace, pod: `${gateway.serviceName}-0` },
        }],
      },
    ]);
    const dashboards = Object.values(gateway.dashboard!.toJson().data as { [file: string]: string }).map(text => JSON.parse(text) as Dashboard);
    return new ObservedControlPlane(backend, controlPlane, webhook, prometheus, dashboards);
  }

  private constructor(
    public readonly backend: Backend,
    public readonly controlPlane: ControlPlane,
    public readonly webhook: SlowWebhook,
    public readonly prometheus: RealPrometheus,
    public readonly dashboards: readonly Dashboard[],
  ) {}

  /** Many at once, of a user that may not: an administrator's requests wait in no queue. */
  public async crowd(size: number): Promise<void> {
    await Promise.all(Array.from({ length: size }, async () => this.controlPlane.request(CONFIGMAPS, { token: 'usertoken' })));
  }

  public async makeConfigMap(name: string): Promise<void> {
    await this.controlPlane.request(CONFIGMAPS, { method: 'POST', body: { metadata: { name } } });
  }
}

/** The expression as Grafana sends it, with all that the dashboard's variable may choose. */
export function asSent(expr: string): string {
  return expr.replaceAll('$job', '.*');
}
