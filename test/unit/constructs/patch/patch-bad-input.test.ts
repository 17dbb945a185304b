import { Duration } from 'cdk8s';
import { Both, patchObjects, podOf, specOf } from './patch-objects';
import { ControlPlaneComponent } from '../../../../src/constructs/patch/control-plane-component';

describe('bad input', () => {
  test.each<[Both, string]>([
    [{ controlPlaneNodes: 0 }, "'controlPlaneNodes' (0) must be a whole number from 1 to 100"],
    [{ controlPlaneNodes: 1.5 }, "'controlPlaneNodes' (1.5) must be a whole number from 1 to 100"],
    [{ etcdSamplingRatePerMillion: 1_000_001 }, "'etcdSamplingRatePerMillion' (1000001) must be a whole number from 0 to 1000000"],
    [{ apiServerVerbosity: 11 }, "'apiServerVerbosity' (11) must be a whole number from 0 to 10"],
    [{ apiServerVerbosity: 2, keepApiServerVerbosity: true }, "'apiServerVerbosity' (2) must be left out where 'keepApiServerVerbosity' is true"],
    [{ components: [] }, "'components' ([]) must name at least one component, and none twice"],
    [{ components: [ControlPlaneComponent.ETCD, ControlPlaneComponent.ETCD] }, "'components' ([etcd, etcd]) must name at least one"],
    [{ name: 'Tracing' }, "'name' (Tracing) must have 1 to 40 lower-case letters"],
    [{ name: 'x'.repeat(41) }, 'must have 1 to 40 lower-case letters'],
    [{ patchImage: 'node 24' }, "'patchImage' (node 24) must be an image reference"],
    [{ patchImage: 'NODE:24' }, "'patchImage' (NODE:24) must be an image reference"],
    [{ patchImage: 'registry.example.com/Node' }, 'must be an image reference'],
    [{ patchImage: 'node@sha256:abc' }, 'must be an image reference'],
    [{ patchImage: 'https://registry.example.com/node' }, 'must be an image reference'],
    [{ imagePullSecrets: ['My_Secret'] }, "'imagePullSecrets' (My_Secret) must have 1 to 253 lower-case letters"],
    [{ labels: { 'app.kubernetes.io/name': 'x' } }, "'labels' (app.kubernetes.io/name) must leave"],
    [{ labels: { team: 'a b' } }, "'labels.team' (a b) must be empty or have 1 to 63"],
    [{ annotations: { 'a b': '' } }, "'annotations' (a b) must have keys that Kubernetes takes"],
    [{ resourceAttributes: { 'a b': 'c' } }, "'resourceAttributes.a b' (c) must have a name of 1 to 255 letters"],
    [{ resourceAttributes: { a: '' } }, "'resourceAttributes.a' () must have a value of 1 to 1024 characters"],
    [{ resourceAttributes: { a: 'b\nc' } }, 'must have a value of printable characters'],
    [{ resourceAttributes: { a: ' b' } }, 'must have a value that neither begins nor ends with a space'],
    [{ resourceAttributes: { 'service.name': 'b' } }, "'resourceAttributes.service.name' (b) must be left out: the component says it itself"],
    [{ resourceAttributes: { 'k8s.node.name': 'b' } }, "'resourceAttributes.k8s.node.name' (b) must be left out: every node says its own name"],
    [{ resourceAttributes: { 'k8s.cluster.name': 'b' } }, "'resourceAttributes.k8s.cluster.name' (b) must be left out: the prop 'clusterName' says it"],
    [{ resourceAttributes: { a: 'ä'.repeat(1000), b: 'ä'.repeat(1000) } }, "'resourceAttributes' (a, b) must have at most 8192 bytes as an environment variable, and have 12005"],
    [{ clusterName: '' }, "'clusterName' () must have 1 to 255 characters"],
    [{ clusterName: 'prod ' }, "'clusterName' (prod ) must have a value that neither begins nor ends with a space"],
    [{ runId: 'x'.repeat(201) }, "'runId' (xxxxxxxxxxxxxxxxxxxx...) must have at most 200 characters, and has 201"],
    [{ upkeep: true as any }, "'upkeep' (true) must be an object"],
    [{ upkeep: { kubeadmConfig: 'yes' as any } }, "'upkeep.kubeadmConfig' (\"yes\") must be true or false"],
    [{ drain: Duration.minutes(2) }, "'drain' (120 s) must be a whole number of seconds from 0 to 60"],
    [{ soak: Duration.millis(500) }, "'soak' (0.5 s) must be a whole number of seconds from 0 to 3600"],
    [{ healthTimeout: Duration.seconds(1) }, "'healthTimeout' (1 s) must be"],
    [{ healthTimeout: Duration.seconds(59), controlPlaneNodes: 3 }, "'healthTimeout' (59 s) must be at least 60 s where 'controlPlaneNodes' is more than 1: kubelet takes up to 45 s"],
    [{ collectorWait: Duration.seconds(0) }, "'collectorWait' (0 s) must be"],
    [{ turnWait: Duration.days(2) }, "'turnWait' (172800 s) must be"],
    [{ turnWait: Duration.seconds(1) }, "'turnWait' (1 s) must be at least 610 s, which a turn can take: twice 'healthTimeout', and 'soak'"],
    [{ turnWait: Duration.seconds(24), healthTimeout: Duration.seconds(10), soak: Duration.seconds(5) }, "'turnWait' (24 s) must be at least 25 s"],
    [{ components: [ControlPlaneComponent.ETCD], apiServerVerbosity: 4 }, "'apiServerVerbosity' (4) must be left out where 'components' has no API server"],
    [{ components: [ControlPlaneComponent.ETCD], keepApiServerVerbosity: true }, "'keepApiServerVerbosity' (true) must be left out where 'components' has no"],
    [{ components: [ControlPlaneComponent.API_SERVER], etcdSamplingRatePerMillion: 5 }, "'etcdSamplingRatePerMillion' (5) must be left out where 'components' has no etcd"],
  ])('fails for %j', (both, message) => {
    expect(() => patchObjects(both)).toThrow(message);
  });

  test('takes the least turnWait that a turn can take', () => {
    const both = { turnWait: Duration.seconds(25), healthTimeout: Duration.seconds(10), soak: Duration.seconds(5) };
    expect(specOf(both).timing.turnWaitSeconds).toBe(25);
  });

  test('takes the least healthTimeout that a restart can take', () => {
    const least = (controlPlaneNodes: number, seconds: number) =>
      specOf({ controlPlaneNodes, healthTimeout: Duration.seconds(seconds) }).timing.healthSeconds;
    expect([least(1, 10), least(2, 60)]).toEqual([10, 60]);
  });

  test.each<[string, unknown]>([
    ['name', 5], ['runId', 7], ['clusterName', 7], ['resourceAttributes', 'a=b'], ['resourceAttributes.a', { a: 1 }], ['nodeNameAttribute', 'no'], ['state', 'off'], ['state', true], ['controlPlaneNodes', '3'], ['components', 'etcd'], ['components[0]', ['scheduler']],
    ['apiServerVerbosity', '6'], ['keepApiServerVerbosity', 'yes'], ['etcdSamplingRatePerMillion', '1'], ['patchImage', 5], ['imagePullSecrets', 'one'],
    ['imagePullSecrets', [5]], ['privileged', 'no'], ['collectorWait', 60], ['turnWait', '900'], ['healthTimeout', 60], ['soak', {}], ['drain', 1],
    ['labels', ['a']], ['labels.a', { a: 1 }], ['annotations', 'a'], ['annotations.a', { a: 1 }],
  ])('a value of the wrong type for %s is refused by name: %j', (prop, value) => {
    expect(() => patchObjects({ [prop.replace(/[.[].*/, '')]: value } as Both)).toThrow(`'${prop}' (`);
  });

  test.each<[string, unknown]>([['collector', 'tempo:4317'], ['collector', undefined], ['samplingRatePerMillion', '1'], ['namespace', 5], ['name', {}], ['labels', 1]])(
    'a value of the wrong type for %s of a TracingConfig is refused by name: %j', (prop, value) => {
      expect(() => patchObjects({ config: { [prop]: value } as Both['config'] })).toThrow(`'${prop}' (`);
    });

  test('takes a run id of 200 characters', () => {
    expect(patchObjects({ runId: '2'.repeat(200) })).toHaveLength(12);
  });

  test.each([
    'node', 'node:24-alpine', 'registry.k8s.io/node', 'localhost:5000/a/b_c/d:1', 'Registry.Example.com/node', 'registry.example.com/a--b/c__d.e:X', `node@sha256:${'0'.repeat(64)}`, `r.example/n:1@sha256:${'a'.repeat(64)}`,
  ])('takes the image %s', image => {
    expect(podOf({ patchImage: image }).containers[0].image).toBe(image);
  });
});
