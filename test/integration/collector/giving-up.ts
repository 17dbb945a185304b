import { Duration } from 'cdk8s';
import { ISpanExporter, SpanExporter } from '../../../src';

/** To a backend that is not there; gives up at once, so that what is lost is counted. */
export function givingUp(name: string, endpoint: string): ISpanExporter {
  return SpanExporter.otlpGrpc(name, {
    endpoint,
    insecure: true,
    retryInitialInterval: Duration.millis(10),
    retryMaxInterval: Duration.millis(10),
    retryMaxElapsedTime: Duration.millis(20),
    timeout: Duration.millis(200),
  });
}
