import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Chart, Duration, JsonPatch, YamlOutputType } from 'cdk8s';
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

  test.each<[string, Both]>([
    ['labels', { labels: { 'app.kubernetes.io/version': '4f1c2d' } }],
    ['annotations', { annotations: { 'example.com/commit': '4f1c2d' } }],
    ['labels of the tracing configuration', { config: { labels: { commit: '4f1c2d' } } }],
    ['a patch of the metadata', { edit: patch => patch.job.addJsonPatch(JsonPatch.add('/metadata/annotations', { commit: '4f1c2d' })) }],
  ])('and pods stay as they are for other %s', (_what, both) => {
    expect([nameOf(both), jobOf(both).spec]).toEqual([nameOf(), jobOf().spec]);
  });

  test('and pods stay as they are for another commit in the labels of the chart', () => {
    const jobOfChart = (labels?: { [key: string]: string }) => {
      const chart = new Chart(new App(), 'chart', { labels });
      return new ControlPlanePatch(chart, 'patch', { tracingConfig: new TracingConfig(chart, 'config', { collector: SERVICE }) }).job.toJson();
    };
    const [before, after] = [jobOfChart(), jobOfChart({ 'app.kubernetes.io/version': '4f1c2d' })];
    expect([after.metadata.name, after.spec]).toEqual([before.metadata.name, before.spec]);
    expect(after.metadata.labels['app.kubernetes.io/version']).toBe('4f1c2d');
  });

  test.each([YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE])('are the real ones in the names of files (%s)', type => {
    const outdir = mkdtempSync(join(tmpdir(), 'names-'));
    try {
      const app = new App({ outdir, yamlOutputType: type });
      const chart = new Chart(app, 'chart');
      const configs = [1, 2].map(rate => new TracingConfig(chart, `config-${rate}`, { collector: SERVICE, samplingRatePerMillion: rate }));
      const { job, program } = new ControlPlanePatch(chart, 'patch', { tracingConfig: configs[0]! });
      app.synth();
      const files = readdirSync(outdir, { recursive: true }).map(file => basename(String(file)));
      for (const object of [...configs.map(({ configMap }) => configMap), job, program]) {
        expect(object.metadata.name).toMatch(/-[0-9a-f]{10}$/);
        expect(object.metadata.name).toBe(object.toJson().metadata.name);
        expect(files).toContain(`${object.kind}.${object.metadata.name}.k8s.yaml`);
      }
    } finally {
      rmSync(outdir, { recursive: true });
    }
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
