import { CollectorAddress } from '../kit/collector-address';

/**
 * Something that takes the control plane's spans, as OTLP over gRPC, in plain text or with TLS: a `Collector`, a `CollectorAgent`, or a construct of your own.
 */
export interface ICollector {
  /**
   * The address that the control plane sends spans to.
   */
  readonly address: CollectorAddress;

  /**
   * The namespace of the collector's objects.
   */
  readonly namespace: string;
}
