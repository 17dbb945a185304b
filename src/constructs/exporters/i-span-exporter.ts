import { Construct } from 'constructs';
import { SpanExporterConfig } from './span-exporter-config';

/**
 * Somewhere a Collector sends spans. Implement it to bring an exporter of your own.
 */
export interface ISpanExporter {
  /**
   * Says what the exporter needs of the Collector. Called once for each Collector that it is given to.
   *
   * @param scope the Collector, for exporters that make objects of their own
   */
  bind(scope: Construct): SpanExporterConfig;
}
