import { Yaml } from 'cdk8s';
import { render } from './rendering';
import { CollectorAddress, ControlPlaneComponent, ControlPlanePatch, TracingConfig, TracingStack } from '../../../src';

/** The YAML of objects, without the program and the hashes that depend on it. */
function golden(objects: any[]): string {
  const redacted = objects.map(object => object.data?.['program.js'] ? { ...object, data: { ...object.data, 'program.js': '(the program)' } } : object);
  return Yaml.stringify(...redacted).replace(/-[0-9a-f]{10}\b/g, '-(hash)').replace(/(\/run: )"?[0-9a-f]{10}\b"?/g, '$1(hash)');
}

test('the control plane\'s side of a stack with no props', () => {
  const objects = render(chart => new TracingStack(chart, 'tracing'));
  expect(golden(objects.filter(({ metadata }) => metadata.namespace !== 'control-plane-tracing'))).toMatchSnapshot();
});

test('a patch alone, unprivileged, for one component of three nodes', () => {
  const objects = render(chart => {
    const tracingConfig = new TracingConfig(chart, 'config', { collector: CollectorAddress.endpoint('[fd00::50]:4317'), samplingRatePerMillion: 10_000 });
    new ControlPlanePatch(chart, 'patch', {
      tracingConfig, controlPlaneNodes: 3, privileged: false, components: [ControlPlaneComponent.API_SERVER], keepApiServerVerbosity: true, runId: 'first',
    });
  });
  expect(golden(objects)).toMatchSnapshot();
});
