import { describeObject, filesOf, Manifest, objectsOf } from './synthesized';

let files: Record<string, string>;
let objects: Manifest[];
beforeAll(() => {
  files = filesOf('argocd');
  objects = objectsOf(files['tracing.k8s.yaml']!);
}, 60_000);

const waveOf = ({ metadata }: Manifest) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? NaN);
const find = (kind: string, part = '') => objects.find(object => object.kind === kind && object.metadata.name.includes(part))!;

test('every object has a wave: the namespace, the collector, the patch', () => {
  expect(objects.filter(object => Number.isNaN(waveOf(object))).map(describeObject)).toEqual([]);
  expect(waveOf(find('Namespace'))).toBeLessThan(waveOf(find('Deployment')));
  expect(waveOf(find('Service'))).toBeLessThan(waveOf(find('Job')));
  for (const object of objects.filter(({ metadata }) => metadata.namespace === 'kube-system')) {
    expect(`${describeObject(object)} ${waveOf(object)}`).toBe(`${describeObject(object)} 1`);
  }
});

test('what the Job needs is there before the Job, or in its wave', () => {
  const job = find('Job');
  const needed = [find('ServiceAccount', 'control-plane-tracing'), ...objects.filter(({ kind }) => /Role/.test(kind)), find('ConfigMap', 'program'), find('ConfigMap', 'config')];
  for (const object of needed) expect(waveOf(object)).toBeLessThanOrEqual(waveOf(job));
});

test('nothing is a hook, nothing deletes itself, nothing is ignored', () => {
  for (const object of objects) {
    expect(Object.keys(object.metadata.annotations ?? {}).filter(key => /hook/.test(key))).toEqual([]);
  }
  expect(find('Job').spec.ttlSecondsAfterFinished).toBeUndefined();
  const [application] = objectsOf(files['application.k8s.yaml']!);
  expect(application!.spec.ignoreDifferences).toBeUndefined();
  expect(application!.spec.syncPolicy.syncOptions).toContain('PruneLast=true');
});

test('no diff for ever: what is synthesized twice is the same, and no object holds what the API server would change', () => {
  expect(filesOf('argocd')).toEqual(files);
  const text = files['tracing.k8s.yaml']!;
  for (const field of ['creationTimestamp', 'resourceVersion', 'status:\n', ': null']) expect(text).not.toContain(`\n${field}`);
}, 60_000);
