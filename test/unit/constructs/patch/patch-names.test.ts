import { Duration, JsonPatch } from 'cdk8s';
import { Both, jobOf, patchObjects, SERVICE } from './patch-objects';
import { ControlPlanePatch } from '../../../../src/constructs/patch/control-plane-patch';
import { TracingConfig } from '../../../../src/constructs/patch/tracing-config';
import { TracingState } from '../../../../src/constructs/patch/tracing-state';
import { find, render } from '../rendering';

describe('names', () => {
  const nameOf = (both?: Both) => jobOf(both).metadata.name;

  test('are the same for the same input', () => {
    expect(JSON.stringify(patchObjects())).toBe(JSON.stringify(patchObjects()));
  });

  test('do not depend on the construct\'s path', () => {
    const moved = render(chart => {
      const tracingConfig = new TracingConfig(chart, 'other', { collector: SERVICE });
      new ControlPlanePatch(chart, 'elsewhere', { tracingConfig });
    });
    expect(JSON.stringify(moved)).toBe(JSON.stringify(patchObjects()));
  });

  test.each<[string, Both]>([
    ['runId', { runId: '2' }],
    ['state', { state: TracingState.DISABLED }],
    ['controlPlaneNodes', { controlPlaneNodes: 3 }],
    ['drain', { drain: Duration.seconds(2) }],
    ['samplingRatePerMillion', { config: { samplingRatePerMillion: 1 } }],
    ['patchImage', { patchImage: 'node:24' }],
    ['privileged', { privileged: false }],
  ])('of the Job change with %s', (_prop, both) => {
    expect(nameOf(both)).not.toBe(nameOf());
  });

  test('change only where content changes', () => {
    const changed = (both: Both) => {
      const before = patchObjects();
      return patchObjects(both).filter((object, i) => JSON.stringify(object) !== JSON.stringify(before[i])).map(({ kind, metadata }) =>
        `${kind} ${metadata.name.replace(/-[0-9a-f]{10}$/, '')}`);
    };
    expect(changed({ runId: '2' })).toEqual(['ConfigMap control-plane-tracing-program', 'Job control-plane-tracing']);
    expect(changed({ patchImage: 'node:24' })).toEqual(['Job control-plane-tracing']);
    expect(changed({ config: { samplingRatePerMillion: 1 } })).toEqual([
      'ConfigMap control-plane-tracing-config', 'Job control-plane-tracing',
    ]);
  });

  test('come back when the input comes back', () => {
    expect(nameOf({ state: TracingState.ENABLED })).toBe(nameOf());
  });

  test('follow a patch of the Job', () => {
    const edit = (patch: ControlPlanePatch) => patch.job.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/env/-', { name: 'TZ', value: 'UTC' }));
    expect(nameOf({ edit })).toMatch(/^control-plane-tracing-[0-9a-f]{10}$/);
    expect(nameOf({ edit })).not.toBe(nameOf());
  });

  test('keep what a patch sets that older API types do not know', () => {
    const edit = (patch: ControlPlanePatch) => patch.job.addJsonPatch(JsonPatch.add('/spec/managedBy', 'example.com/controller'));
    expect(jobOf({ edit }).spec.managedBy).toBe('example.com/controller');
  });

  test('follow a patch of the ConfigMaps', () => {
    const edit = (patch: ControlPlanePatch) => patch.program.addJsonPatch(JsonPatch.replace('/data/program.js', 'throw 0;'));
    const objects = patchObjects({ edit });
    const program = find(objects, 'ConfigMap', 'control-plane-tracing-program').metadata.name;
    expect(find(objects, 'Job').spec.template.spec.volumes[0].projected.sources[0].configMap.name).toBe(program);
    expect(program).not.toBe(find(patchObjects(), 'ConfigMap', 'control-plane-tracing-program').metadata.name);
  });

  test('can be read before synthesis', () => {
    let name;
    const objects = patchObjects({ edit: patch => { name = patch.job.name; } });
    expect(name).toBe(find(objects, 'Job').metadata.name);
  });

  test('can be replaced by a patch', () => {
    const edit = (patch: ControlPlanePatch) => patch.job.addJsonPatch(JsonPatch.replace('/metadata/name', 'trace-it'));
    expect(nameOf({ edit })).toBe('trace-it');
  });
});
