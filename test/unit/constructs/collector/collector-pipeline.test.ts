import { Duration, Size } from 'cdk8s';
import { collectorObjects, configOf } from './collector-objects';
import { CollectorProps, SpanFilter, SpanRedaction, SpanSampling } from '../../../../src';

const processorsOf = (props: CollectorProps) => configOf(collectorObjects(props)).processors;

test('leaves less to do for those that follow', () => {
  const config = configOf(collectorObjects({
    clusterName: 'prod',
    dropSpans: [SpanFilter.watches()],
    dropTraces: [SpanFilter.leases()],
    redactions: [SpanRedaction.userAgents()],
    sampling: SpanSampling.probabilistic(10),
  }));
  expect(config.service.pipelines.traces.processors)
    .toEqual(['memory_limiter', 'filter', 'probabilistic_sampler', 'tail_sampling', 'filter/late', 'transform/identity', 'transform/redaction']);
});

test('says of which cluster and which node a span is', () => {
  expect(processorsOf({ clusterName: 'it\'s "prod" \\ eu' })['transform/identity'].trace_statements).toEqual([
    expect.stringContaining('set(resource.attributes["k8s.node.name"], resource.attributes["service.instance.id"]) where resource.attributes["service.name"] == "etcd"'),
    'set(resource.attributes["k8s.cluster.name"], "it\'s \\"prod\\" \\\\ eu")',
  ]);
});

test('samples by another hash than the components, so that their sample is not all or nothing', () => {
  expect(processorsOf({ sampling: SpanSampling.probabilistic(12.5), replicas: 3 }).probabilistic_sampler)
    .toEqual({ sampling_percentage: 12.5, mode: 'hash_seed', hash_seed: 22 });
});

describe('tail sampling', () => {
  test('keeps errors, what is slow but not meant to last, and a share of the rest', () => {
    expect(processorsOf({ sampling: SpanSampling.tail({ restPercentage: 5 }) }).tail_sampling).toEqual({
      decision_wait: '10s',
      num_traces: 3276,
      decision_cache: { sampled_cache_size: 32760, non_sampled_cache_size: 32760 },
      policies: [
        { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
        { name: 'slow', type: 'latency', latency: { threshold_ms: 1000, upper_threshold_ms: 60000 } },
        { name: 'rest', type: 'probabilistic', probabilistic: { sampling_percentage: 5 } },
      ],
    });
  });

  test('keeps what it is told to', () => {
    const sampling = SpanSampling.tail({
      restPercentage: 0, keepErrors: false, keepSlowerThan: Duration.millis(200), decisionWait: Duration.seconds(20), maxTraces: 10_000,
    });
    expect(processorsOf({ sampling, memoryLimit: Size.gibibytes(1) }).tail_sampling).toMatchObject({
      decision_wait: '20s', num_traces: 10_000, policies: [{ name: 'slow', latency: { threshold_ms: 200 } }],
    });
  });

  test('drops the noise first', () => {
    const dropTraces = [SpanFilter.healthChecks(), SpanFilter.leases()];
    const { policies } = processorsOf({ sampling: SpanSampling.tail({ restPercentage: 5 }), dropTraces }).tail_sampling;
    expect(policies[0]).toMatchObject({ name: 'noise', type: 'drop' });
    expect(policies[0].drop.drop_sub_policy[0].ottl_condition.span).toHaveLength(4);
    expect(policies).toHaveLength(4);
  });

  test('drops what shows a noisy trace too late, too', () => {
    const processors = processorsOf({ dropTraces: [SpanFilter.watches()] });
    expect(processors['filter/late'].trace_conditions).toEqual(processors.tail_sampling.policies[0].drop.drop_sub_policy[0].ottl_condition.span);
  });

  test('is how traces are dropped as a whole, also when all others are kept', () => {
    const { policies } = processorsOf({ dropTraces: [SpanFilter.healthChecks()] }).tail_sampling;
    expect(policies.map(({ name }: { name: string }) => name)).toEqual(['noise', 'everything']);
  });
});

describe('filters and redactions', () => {
  test('are written in the Collector\'s language, with its own references escaped', () => {
    expect(processorsOf({ dropSpans: [SpanFilter.paths('^/a/"b"\\d+$')] }).filter.trace_conditions[0])
      .toBe('IsMatch(span.attributes["http.target"], "^/a/\\"b\\"\\\\d+$$")');
    expect(processorsOf({ redactions: [SpanRedaction.replace('http.target', '/s/([^/]+)$', '/s/$1')] })['transform/redaction'].trace_statements)
      .toEqual(['replace_pattern(span.attributes["http.target"], "/s/([^/]+)$$", "/s/$$$$1")']);
  });

  test('do not let through what they could not redact', () => {
    expect(processorsOf({ redactions: [SpanRedaction.hash('key')] })['transform/redaction']).toEqual({
      error_mode: 'propagate',
      trace_statements: ['set(span.attributes["key"], SHA256(String(span.attributes["key"]))) where span.attributes["key"] != nil'],
    });
  });
});
