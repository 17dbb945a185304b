import { App, Chart } from 'cdk8s';
import { CollectorAddress, ControlPlanePatch, TracingConfig } from '../../../../src';
import { parsePatchSpec } from '../../../../src/patch-spec/parse-patch-spec';
import { SPEC } from '../../patcher/plan/planning';

function specOf(adopt?: boolean): Record<string, unknown> {
  const chart = new Chart(new App(), 'chart', { namespace: 'control-plane-tracing' });
  const tracingConfig = new TracingConfig(chart, 'config', { collector: CollectorAddress.endpoint('10.0.0.5:4317') });
  new ControlPlanePatch(chart, 'patch', { tracingConfig, ...adopt !== undefined && { adopt } });
  const objects = chart.toJson() as { data?: Record<string, string> }[];
  return JSON.parse(objects.find(({ data }) => data?.['spec.json'] !== undefined)!.data!['spec.json']!) as Record<string, unknown>;
}

test('adopt is in the spec only where it is asked for', () => {
  expect(specOf(true).adopt).toBe(true);
  for (const spec of [specOf(), specOf(false)]) expect(spec).not.toHaveProperty('adopt');
  expect(parsePatchSpec(JSON.stringify(specOf(true))).adopt).toBe(true);
});

test.each([false, null, 'yes'])('fails on adopt %j in a spec', adopt => {
  expect(() => parsePatchSpec(JSON.stringify({ ...SPEC, adopt }))).toThrow('$.adopt');
});
