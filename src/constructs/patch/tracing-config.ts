import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { TRACING_CONFIG_FILE } from '../../patch-spec/layout';
import { fixedEndpoint } from '../../patch-spec/patch-spec';
import { tracingConfigurationText } from '../../patch-spec/tracing-configuration-text';
import { checkAnnotations, checkDnsLabel, checkInstance, checkLabels, checkProps, checkWhole } from '../kit/check';
import { checkSpelling } from '../kit/check-options';
import { CollectorAddress } from '../kit/collector-address';
import { ContentNamed } from '../kit/content-named';
import { DEFAULT_NAME, recommendedLabels, RESERVED_LABELS } from '../kit/names';

/** Read from Kubernetes 1.27 on; for an older API server the Job writes the version that it reads. */
export const TEMPLATE_VERSION = 'v1beta1';

/**
 * Properties of `TracingConfig`.
 */
export interface TracingConfigProps {
  /**
   * Where the components send their spans.
   */
  readonly collector: CollectorAddress;

  /**
   * How many of a million requests to the API server begin a trace: 0 to 1000000, and 1000000 is every request.
   *
   * A request that arrives with a trace context of its own is recorded, whatever this says, where its caller sampled it.
   *
   * @default 1000000
   */
  readonly samplingRatePerMillion?: number;

  /**
   * The namespace of the ConfigMap, and so of the Job that mounts it.
   *
   * Who can write there configures the API server.
   *
   * @default "kube-system"
   */
  readonly namespace?: string;

  /**
   * What the names of the objects begin with: at most 40 lower-case letters, digits or "-".
   *
   * @default "control-plane-tracing"
   */
  readonly name?: string;

  /**
   * Labels that all objects carry beside their own.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations that all objects carry.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * The configuration of the API server's tracing: an immutable ConfigMap that holds `tracing-config.yaml`, a `TracingConfiguration`.
 *
 * The file has no `endpoint` where the collector's address is not known before the Job runs: the Job fills it in on the node.
 *
 * @see https://kubernetes.io/docs/reference/config-api/apiserver-config.v1beta1/#apiserver-config-k8s-io-v1beta1-TracingConfiguration
 */
export class TracingConfig extends Construct {
  /**
   * The ConfigMap. Its name ends with a hash of its data.
   */
  public readonly configMap: ApiObject;

  /**
   * The namespace of the ConfigMap.
   */
  public readonly namespace: string;

  /**
   * Where the components send their spans.
   */
  public readonly collector: CollectorAddress;

  /**
   * How many of a million requests begin a trace.
   */
  public readonly samplingRatePerMillion: number;

  /**
   * @throws when the rate is not a whole number from 0 to 1000000, or Kubernetes does not take a name, label or annotation
   */
  constructor(scope: Construct, id: string, props: TracingConfigProps) {
    super(scope, id);
    props = checkProps('props', props);
    if (new.target === TracingConfig) checkSpelling(props, 'TracingConfigProps');
    const name = props.name ?? DEFAULT_NAME;
    this.samplingRatePerMillion = props.samplingRatePerMillion ?? 1_000_000;
    this.namespace = props.namespace ?? 'kube-system';
    this.collector = checkInstance('collector', props.collector, CollectorAddress, 'CollectorAddress.service(...) or CollectorAddress.endpoint(...)');
    checkWhole('samplingRatePerMillion', this.samplingRatePerMillion, 0, 1_000_000);
    checkDnsLabel('namespace', this.namespace);
    checkDnsLabel('name', name, 40);
    checkLabels('labels', props.labels ?? {}, RESERVED_LABELS);
    checkAnnotations('annotations', props.annotations ?? {});

    this.configMap = new ContentNamed(this, 'Resource', {
      namePrefix: `${name}-config`,
      hashed: rendered => rendered.data,
      metadata: {
        namespace: this.namespace,
        labels: { ...props.labels, ...recommendedLabels(name, 'tracing-config') },
        annotations: props.annotations,
      },
      object: k8s.KubeConfigMap.manifest({ immutable: true, data: { [TRACING_CONFIG_FILE]: this.file() } }),
    });
  }

  private file(): string {
    return tracingConfigurationText({
      version: TEMPLATE_VERSION,
      endpoint: fixedEndpoint(this.collector._toSpec()),
      samplingRatePerMillion: this.samplingRatePerMillion,
    });
  }
}
