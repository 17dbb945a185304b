import { Both, patchObjects, specOf } from './patch-objects';
import { TracingState } from '../../../../src/constructs/patch/tracing-state';
import { parsePatchSpec } from '../../../../src/patch-spec/parse-patch-spec';
import { inventory, Rendered } from '../rendering';

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
