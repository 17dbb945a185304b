import { componentsOf } from './check-components';
import { checkConfig, ConfigContext } from './check-config';
import { CollectorConfigOptions, Fields, renderCollectorConfig } from './collector-config';
import { CollectorDistribution } from './collector-distribution';
import { secretVariables } from './collector-pod';
import { CollectorPodOptions } from './collector-props';
import { completeQueues, QueueSpace } from './complete-queues';
import { COLLECTOR_VERSION } from './distribution-components';
import { mergePatch } from './merge-patch';
import { removeConfig } from './remove-config';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { refuse } from '../kit/check';
import { checkPlain } from '../kit/check-plain';

type Given = 'distribution' | 'replicas' | 'byTrace' | 'metricsReaders' | 'local' | 'env' | 'ownProcessors';

export interface CollectorConfigurationOptions extends Pick<ConfigContext, Given> {
  /** What this library writes. */
  readonly config: Omit<CollectorConfigOptions, 'exporters'>;
  readonly space: QueueSpace;
  /** What users change of it. */
  readonly props: Pick<CollectorPodOptions, 'configOverrides' | 'removeConfig' | 'imageComponents' | 'notSecret' | 'collectorVersion'>;
}

/** The configuration of a Collector, whichever workload runs it: written, changed by its user, and checked as it is then. */
export class CollectorConfiguration {
  constructor(private readonly options: CollectorConfigurationOptions) {}

  /** @throws when the Collector would not start with it, or when it does not fit to the Kubernetes objects */
  public render(exporters: readonly SpanExporterConfig[]): Fields {
    const { config, space, props, ...context } = this.options;
    const overrides = props.configOverrides === undefined ? {} : checkPlain('configOverrides', props.configOverrides);
    const merged = mergePatch(renderCollectorConfig({ ...config, exporters: completeQueues(exporters, space) }), overrides);
    const secrets = [...secretVariables(exporters).keys()];
    const rendered = removeConfig(merged, props.removeConfig ?? []);
    const check = (result: Fields) => checkConfig(result, {
      ...context,
      receiverTls: config.receiverTls,
      space,
      overrides,
      imageComponents: props.imageComponents ?? [],
      keysKnown: (props.collectorVersion ?? COLLECTOR_VERSION) === COLLECTOR_VERSION && context.distribution !== CollectorDistribution.CUSTOM,
      needed: componentsOf(exporters),
      ports: config.ports,
      notSecret: [...props.notSecret ?? [], ...exporters.flatMap(({ notSecret = [] }) => notSecret)],
      variables: [...secrets, ...Object.keys(context.env)],
      secretVariables: secrets,
    });
    if (props.removeConfig !== undefined) checkRemoved(props.removeConfig, () => check(rendered), () => check(merged));
    else check(rendered);
    return rendered;
  }
}

/** Names the prop by which something is missing that was there before. */
function checkRemoved(paths: readonly string[], checkAfter: () => void, checkBefore: () => void): void {
  try {
    checkAfter();
  } catch (error) {
    checkBefore();
    refuse('removeConfig', paths.join(', '), `leave a configuration that holds: without these, ${(error as Error).message}`);
  }
}
