import { describeObject, filesOf, Manifest, objectsOf } from './synthesized';

let files: Record<string, string>;
beforeAll(() => { files = filesOf('flux'); }, 60_000);
const objects = (file: string): Manifest[] => objectsOf(files[file]!);

test('the collector comes first, and the patch waits for it', () => {
  const [collector, patch] = objects('flux.k8s.yaml') as [Manifest, Manifest];
  expect(patch.spec.dependsOn).toEqual([{ name: collector.metadata.name }]);
  expect([collector, patch].map(({ spec }) => [spec.wait, spec.prune, spec.force])).toEqual([[true, true, undefined], [true, true, undefined]]);
  expect(objects('collector.k8s.yaml').map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Namespace', 'Deployment', 'Service']));
  expect(objects('collector.k8s.yaml').map(({ kind }) => kind)).not.toContain('Job');
  expect(objects('patch.k8s.yaml').map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Job']));
});

test('the wait is longer than the Job may take', () => {
  const patch = objects('flux.k8s.yaml')[1]!;
  const spec = objects('patch.k8s.yaml').find(({ data }) => data?.['spec.json'])!.data['spec.json'] as string;
  const { timing } = JSON.parse(spec) as { timing: { turnWaitSeconds: number } };
  expect(parseInt(patch.spec.timeout, 10) * 60).toBeGreaterThan(timing.turnWaitSeconds);
});

/** https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution */
test('post-build substitution finds nothing to substitute, or is told to leave the object alone', () => {
  const touched = ['collector.k8s.yaml', 'patch.k8s.yaml'].flatMap(objects)
    .filter(({ metadata }) => metadata.annotations?.['kustomize.toolkit.fluxcd.io/substitute'] !== 'disabled')
    .filter(object => /\$\{[_a-zA-Z]/.test(JSON.stringify(object)));
  expect(touched.map(describeObject)).toEqual([]);
});

test('no object has a field that Flux would have to force', () => {
  for (const object of objects('patch.k8s.yaml').filter(({ kind, immutable }) => kind === 'Job' || immutable)) {
    expect(object.metadata.name).toMatch(/-[0-9a-f]{10}$/);
  }
});
