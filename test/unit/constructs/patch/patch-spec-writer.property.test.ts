import { App, Chart, Duration } from 'cdk8s';
import fc from 'fast-check';
import { canonicalJson } from '../../../../src/constructs/kit/canonical-json';
import { CollectorAddress } from '../../../../src/constructs/kit/collector-address';
import { ControlPlaneComponent } from '../../../../src/constructs/patch/control-plane-component';
import { ControlPlanePatch } from '../../../../src/constructs/patch/control-plane-patch';
import { ControlPlanePatchOptions } from '../../../../src/constructs/patch/control-plane-patch-props';
import { TracingConfig } from '../../../../src/constructs/patch/tracing-config';
import { TracingState } from '../../../../src/constructs/patch/tracing-state';
import { parsePatchSpec } from '../../../../src/patch-spec/parse-patch-spec';

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/);
const port = fc.integer({ min: 1, max: 65535 });
const rate = fc.integer({ min: 0, max: 1_000_000 });
// Not the unspecified addresses, which nothing can listen on.
const ipv4 = fc.ipV4().filter(ip => ip !== '0.0.0.0');
const ipv6 = fc.ipV6().filter(ip => !/^[0:.]+$/.test(ip));
// Nor those that no Service has.
const serviceIp = fc.oneof(ipv4.filter(ip => !/^(127|169\.254|22[4-9]|23\d|255)\./.test(ip)), ipv6.filter(ip => !/^(f|::1$|0*:.*:0*1$)/i.test(ip)));
const upTo = (max: number, min = 0) => fc.integer({ min, max }).map(seconds => Duration.seconds(seconds));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const collector = fc.oneof(
  fc.record({ namespace: label, name: label, port: maybe(port), clusterIP: maybe(serviceIp) }).map(o => CollectorAddress.service(o)),
  fc.tuple(ipv4, port).map(([ip, p]) => CollectorAddress.endpoint(`${ip}:${p}`)),
  fc.tuple(ipv6, port).map(([ip, p]) => CollectorAddress.endpoint(`[${ip}]:${p}`)),
);

const verbosity = fc.oneof(
  fc.constant({}),
  fc.constant({ keepApiServerVerbosity: true }),
  fc.record({ apiServerVerbosity: fc.integer({ min: 0, max: 10 }), keepApiServerVerbosity: maybe(fc.constant(false)) }),
);

/** Without what is refused, since it would do nothing or is too short for any turn. */
function withoutWhatHasNoEffect(all: ControlPlanePatchOptions): ControlPlanePatchOptions {
  const has = (component: ControlPlaneComponent) => all.components?.includes(component) ?? true;
  const seconds = (duration: Duration | undefined, otherwise: number) => duration?.toSeconds() ?? otherwise;
  const several = (all.controlPlaneNodes ?? 1) > 1;
  const healthTimeout = all.healthTimeout && Duration.seconds(Math.max(several ? 60 : 10, all.healthTimeout.toSeconds()));
  const turn = 2 * seconds(healthTimeout, 300) + seconds(all.soak, 10);
  return {
    ...all,
    ...has(ControlPlaneComponent.API_SERVER) ? {} : { apiServerVerbosity: undefined, keepApiServerVerbosity: undefined },
    ...has(ControlPlaneComponent.ETCD) ? {} : { etcdSamplingRatePerMillion: undefined },
    ...several ? { drain: undefined } : {},
    ...healthTimeout && { healthTimeout },
    ...all.turnWait && { turnWait: Duration.seconds(Math.max(turn, all.turnWait.toSeconds())) },
  };
}

const options: fc.Arbitrary<ControlPlanePatchOptions> = fc.tuple(verbosity, fc.record({
  name: maybe(label),
  state: maybe(fc.constantFrom(...Object.values(TracingState))),
  runId: maybe(fc.string({ unit: 'binary' })),
  controlPlaneNodes: maybe(fc.integer({ min: 1, max: 100 })),
  components: maybe(fc.shuffledSubarray(Object.values(ControlPlaneComponent), { minLength: 1 })),
  etcdSamplingRatePerMillion: maybe(rate),
  collectorWait: maybe(upTo(86_400, 1)),
  turnWait: maybe(upTo(86_400, 1)),
  healthTimeout: maybe(upTo(3_600, 10)),
  etcdStartTimeout: maybe(upTo(86_400)),
  soak: maybe(upTo(3_600)),
  drain: maybe(upTo(60)),
  nodeNameAttribute: maybe(fc.boolean()),
  clusterName: maybe(fc.constantFrom('prod', 'Süd, 50 %')),
  resourceAttributes: maybe(fc.dictionary(fc.stringMatching(/^a[a-z._/-]{0,20}$/), fc.stringMatching(/^[^\s\p{C}]{1,20}$/u), { maxKeys: 5 })),
})).map(([level, others]) => withoutWhatHasNoEffect({ ...level, ...others }));

test('the program reads every spec that the constructs can write', () => {
  fc.assert(fc.property(collector, maybe(rate), maybe(label), options, (address, samplingRatePerMillion, namespace, props) => {
    const chart = new Chart(new App(), 'chart');
    const tracingConfig = new TracingConfig(chart, 'config', { collector: address, samplingRatePerMillion, namespace });
    const written = new ControlPlanePatch(chart, 'patch', { ...props, tracingConfig })._toPatchSpec();
    expect(parsePatchSpec(canonicalJson(written))).toEqual(written);
  }), { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 200) });
});
