import { CollectorComponent, CollectorExtension } from './collector-component';
import { CollectorVolume } from './collector-volume';
import { SecretRef } from './secret-ref';

/**
 * All that an exporter needs of the Collector that it becomes a part of.
 */
export interface SpanExporterConfig {
  /**
   * The exporter's id: its type, and a name after a slash, such as `otlp_grpc/tempo`. Unique in its Collector.
   */
  readonly exporterId: string;

  /**
   * The exporter's configuration, as the Collector's documentation spells it. Secrets appear as `${env:NAME}` only.
   *
   * Where it has a `sending_queue`, the Collector fills in what that leaves open: the queue's size, and its storage where the queue is persistent.
   *
   * @default - the exporter's own defaults
   */
  readonly config?: { [key: string]: any };

  /**
   * Names of fields that look like a secret's and hold none, such as `session_key`: the Collector's configuration is searched for secrets.
   *
   * @default - none
   */
  readonly notSecret?: string[];

  /**
   * Environment variables whose values come from Secrets in the Collector's namespace. `POD_IP`, `NODE_NAME` and `GOMEMLIMIT` are the Collector's own.
   *
   * @default - none
   */
  readonly secretEnv?: { [name: string]: SecretRef };

  /**
   * Volumes, such as those that hold certificates. The names `config` and `queue`, and where those are mounted, are the Collector's own.
   *
   * Two exporters may name the same volume, if they mean the same.
   *
   * @default - none
   */
  readonly volumes?: CollectorVolume[];

  /**
   * Extensions, such as those that authenticate requests.
   *
   * @default - none
   */
  readonly extensions?: CollectorExtension[];

  /**
   * Components that the Collector's image must have, beside the exporter and the extensions.
   *
   * @default - none
   */
  readonly components?: CollectorComponent[];
}
