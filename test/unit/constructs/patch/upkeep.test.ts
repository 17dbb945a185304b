import { JsonPatch } from 'cdk8s';
import { Both, jobOf, patchObjects, podOf, specOf } from './patch-objects';
import { TracingState } from '../../../../src/constructs/patch/tracing-state';
import { parsePatchSpec } from '../../../../src/patch-spec/parse-patch-spec';
import { find, inventory, Rendered } from '../rendering';

const roleFor = (objects: readonly Rendered[]) => objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.name.endsWith('-kubeadm-config'));

describe("kubeadm's configuration", () => {
  test.each<[string, Both, string | undefined]>([
    ['is written', { upkeep: { kubeadmConfig: true } }, 'write'],
    ['gives the settings back where tracing is off', { upkeep: { kubeadmConfig: true }, state: TracingState.DISABLED }, 'remove'],
    ['gives the settings back where they are not wanted any more', { upkeep: { kubeadmConfig: false } }, 'remove'],
    ['is left alone', { upkeep: {} }, undefined],
    ['is left alone without upkeep', {}, undefined],
  ])('%s', (_, both, expected) => {
    const spec = specOf(both);
    expect(spec.kubeadmConfig).toBe(expected);
    expect(parsePatchSpec(JSON.stringify(spec))).toEqual(spec);
    expect(roleFor(patchObjects(both)).map(({ rules, metadata }) => [metadata.namespace, rules])).toEqual(expected === undefined ? [] : [['kube-system', [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['kubeadm-config'], verbs: ['get', 'update'] },
    ]]]);
  });

  test('asked for by a stack elsewhere does not meet the role of another', () => {
    expect(inventory(patchObjects({ upkeep: { kubeadmConfig: true }, config: { namespace: 'control-plane' } })))
      .toContain('RoleBinding kube-system/control-plane-tracing-control-plane-kubeadm-config');
  });
});

const SATURDAYS: Both = { upkeep: { schedule: '0 3 * * 6', timeZone: 'Europe/Berlin' } };
const cronJobOf = (both: Both) => find(patchObjects(both), 'CronJob');

describe('the schedule', () => {
  test('makes a CronJob that changes in place', () => {
    const { metadata, spec: { jobTemplate, ...spec } } = cronJobOf(SATURDAYS);
    expect(metadata).toMatchObject({ name: 'control-plane-tracing-upkeep', namespace: 'kube-system' });
    expect(spec).toEqual({
      schedule: '0 3 * * 6', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 3600, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3,
    });
    // By which the program finds the Jobs of a stack.
    expect(jobTemplate.metadata.labels).toMatchObject(Object.fromEntries([specOf(SATURDAYS).jobSelector.split('=')]));
    expect(cronJobOf({ upkeep: { schedule: '@weekly' } }).spec).not.toHaveProperty('timeZone');
  });

  test("runs the Job's own template, JSON patches included; only the label that keeps pods apart is its own", () => {
    const RUN = 'cdk8s-control-plane-tracing.github.io/run';
    const both: Both = { ...SATURDAYS, edit: patch => patch.job.addJsonPatch(JsonPatch.add('/spec/template/spec/schedulerName', 'mine')) };
    const { spec } = cronJobOf(both).spec.jobTemplate;
    const job = jobOf(both).spec;
    const run = job.template.metadata.labels[RUN];
    expect(spec).toEqual(JSON.parse(JSON.stringify(job).replaceAll(`"${RUN}":"${run}"`, `"${RUN}":"control-plane-tracing-upkeep"`)));
    expect(spec.template.spec.schedulerName).toBe('mine');
    expect(podOf(SATURDAYS).containers).toEqual(cronJobOf(SATURDAYS).spec.jobTemplate.spec.template.spec.containers);
  });

  test('is another one without another Job', () => {
    expect(jobOf({ upkeep: { schedule: '0 4 * * *' } }).metadata.name).toBe(jobOf(SATURDAYS).metadata.name);
  });

  test("reads the version in kubeadm's configuration, and no more", () => {
    expect(specOf(SATURDAYS).kubeadmConfig).toBe('compare');
    expect(roleFor(patchObjects(SATURDAYS))[0]!.rules).toEqual([expect.objectContaining({ resources: ['configmaps'], verbs: ['get'] })]);
  });

  test('keeps tracing off, too: a CronJob of before would switch it on again', () => {
    const objects = patchObjects({ ...SATURDAYS, state: TracingState.DISABLED });
    expect(inventory(objects)).toContain('CronJob kube-system/control-plane-tracing-upkeep');
  });

  test.each(['* * * * *', '0 3 * * 6', '*/5 0-23/2 1,15 JAN-mar ?', '5/10 * 29 2 *', '0 0 31 2 1', '@weekly', '@hourly'])('%s is one', schedule => {
    expect(cronJobOf({ upkeep: { schedule } }).spec.schedule).toBe(schedule);
  });

  test.each([
    ['0 3 * *', 'have five fields'], ['0 3 * * * *', 'have five fields'], ['', 'have five fields'], ['0  3 * * 6', 'have five fields with one space'],
    ['60 3 * * *', 'numbers from 0 to 59 as its minute'], ['0 24 * * *', 'numbers from 0 to 23 as its hour'], ['0 3 0 * *', 'numbers from 1 to 31'],
    ['0 3 * 13 *', 'numbers from 1 to 12 as its month'], ['0 3 * * 7', 'numbers from 0 to 6 as its day of week'], ['0 3 * * so', '"so" is none'],
    ['5-1 3 * * *', '"5-1" is none'], ['*/0 * * * *', '"*/0" is none'], ['1, * * * *', '"" is none'], ['0 0 30 2 *', 'it would never run'], ['0 0 31 4,6 *', 'it would never run'],
    ['TZ=UTC 0 3 * * *', "what 'upkeep.timeZone' is for"], ['@reboot', 'have five fields'], ['@every 1h', 'have five fields'], [3 as any, 'be a string'],
  ])('%s is none', (schedule, message) => {
    expect(() => patchObjects({ upkeep: { schedule } })).toThrow(message);
    expect(() => patchObjects({ upkeep: { schedule } })).toThrow("'upkeep.schedule'");
  });

  test.each(['Etc/UTC', 'UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia', 'Asia/Calcutta', 'Etc/GMT+5'])('%s is a time zone', timeZone => {
    expect(cronJobOf({ upkeep: { schedule: '@daily', timeZone } }).spec.timeZone).toBe(timeZone);
  });

  test.each([
    ['Europe/Bonn', 'be a name of the IANA time zone database'], ['+01:00', 'be a name'], ['Local', 'be a name'], ['', 'be a name'], ['europe/berlin', 'be spelled Europe/Berlin'], [1 as any, 'be a string'],
  ])('%s is none, by the name of the prop', (timeZone, message) => {
    expect(() => patchObjects({ upkeep: { schedule: '@daily', timeZone } })).toThrow(message);
    expect(() => patchObjects({ upkeep: { schedule: '@daily', timeZone } })).toThrow("'upkeep.timeZone'");
  });

  test('is what a time zone belongs to', () => {
    expect(() => patchObjects({ upkeep: { timeZone: 'Etc/UTC' } })).toThrow("'upkeep.timeZone' (Etc/UTC) must be left out where 'upkeep.schedule' is");
  });
});
