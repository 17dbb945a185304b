import { Construct } from 'constructs';
import { CollectorComponentKind, ISpanExporter, SecretRef, SpanExporterConfig } from '../../src';

export interface ApmExporterProps {
  readonly endpoint: string;
  readonly tenant: string;
  readonly token: SecretRef;
}

/** The company's APM: OTLP over HTTP, with a token and a tenant. `bind` says all that the Collector needs for it. */
export class ApmExporter implements ISpanExporter {
  constructor(private readonly props: ApmExporterProps) {}

  public bind(_scope: Construct): SpanExporterConfig {
    const { endpoint, tenant, token } = this.props;
    return {
      exporterId: 'otlp_http/apm',
      config: {
        endpoint,
        compression: 'zstd',
        headers: { 'x-tenant': tenant },
        auth: { authenticator: 'bearertokenauth/apm' },
        // Its size and place are filled in by the Collector.
        sending_queue: { enabled: true, sizer: 'items' },
      },
      secretEnv: { APM_TOKEN: token },
      extensions: [{ extensionId: 'bearertokenauth/apm', config: { token: '${env:APM_TOKEN}' } }],
      components: [{ kind: CollectorComponentKind.EXTENSION, typeName: 'bearertokenauth' }],
    };
  }
}
