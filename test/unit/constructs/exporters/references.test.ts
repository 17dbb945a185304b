import { Chart, Testing } from 'cdk8s';
import { ConfigMap, PersistentVolumeClaim, Secret } from 'cdk8s-plus-28';
import { CollectorVolume, SecretRef, TlsKeyPair, TrustedCa } from '../../../../src';

const chart = new Chart(Testing.app(), 'chart');
const secret = new Secret(chart, 'secret', { metadata: { name: 'backend' } });
const configMap = new ConfigMap(chart, 'config-map', { metadata: { name: 'bundle' } });
const claim = new PersistentVolumeClaim(chart, 'claim', { metadata: { name: 'spans' } });

test('objects of cdk8s-plus mean the same as their names', () => {
  expect(SecretRef.fromSecret(secret, 'token')).toEqual(SecretRef.fromSecretName('backend', 'token'));
  expect(SecretRef.fromSecret(Secret.fromSecretName(chart, 'imported', 'other'), 'token')).toEqual(SecretRef.fromSecretName('other', 'token'));
  expect(TrustedCa.fromSecret(secret)).toEqual(TrustedCa.fromSecretName('backend'));
  expect(TrustedCa.fromConfigMap(configMap, 'ca.pem')).toEqual(TrustedCa.fromConfigMapName('bundle', 'ca.pem'));
  expect(TlsKeyPair.fromSecret(secret, { certificateKey: 'c' })).toEqual(TlsKeyPair.fromSecretName('backend', { certificateKey: 'c' }));
  expect(CollectorVolume.fromSecret('v', secret, '/v')).toEqual(CollectorVolume.fromSecretName('v', 'backend', '/v'));
  expect(CollectorVolume.fromConfigMap('v', configMap, '/v')).toEqual(CollectorVolume.fromConfigMapName('v', 'bundle', '/v'));
  expect(CollectorVolume.fromPersistentVolumeClaim('v', claim, '/v')).toEqual(CollectorVolume.fromPersistentVolumeClaimName('v', 'spans', '/v'));
});

test.each<[string, () => unknown, string]>([
  ['a name for an object', () => SecretRef.fromSecret('backend' as any, 'token'), "'secret' (a string) must be a Secret of cdk8s-plus: where you have its name, use SecretRef.fromSecretName"],
  ['nothing for an object', () => TrustedCa.fromSecret(undefined as any), "'secret' (undefined) must be a Secret of cdk8s-plus"],
  ['another kind', () => TrustedCa.fromSecret(configMap as any), "'secret' (ConfigMap) must be a Secret"],
  ['an object for a name', () => SecretRef.fromSecretName(secret as any, 'token'), "'secretName' (a Secret) must be a string"],
  ['a number for a key', () => SecretRef.fromSecretName('a', 5 as any), "'key' (5) must be a string"],
  ['no name of a Secret', () => TrustedCa.fromSecretName(undefined as any), "'secretName' (undefined) must be a string"],
  ['no name of a ConfigMap', () => TrustedCa.fromConfigMapName(5 as any), "'configMapName' (5) must be a string"],
  ['no keys of a pair', () => TlsKeyPair.fromSecretName('a', { privateKeyKey: 5 as any }), "'privateKeyKey' (5) must be a string"],
  ['a string for options', () => TlsKeyPair.fromSecretName('a', 'tls.crt' as any), "'options' (\"tls.crt\") must be an object"],
  ['a volume with another name', () => CollectorVolume.custom('v', { name: 'other', emptyDir: {} }, '/v'), "'source' (name, emptyDir) must have one source"],
  ['a volume with a name alone', () => CollectorVolume.custom('v', { name: 'other' }, '/v'), "'source' (name) must have one source"],
  ['a volume of two sources', () => CollectorVolume.custom('v', { emptyDir: {}, secret: {} }, '/v'), "'source' (emptyDir, secret) must have one source"],
  ['a volume of no source', () => CollectorVolume.custom('v', {}, '/v'), "'source' (none) must have one source"],
  ['a volume whose source is none', () => CollectorVolume.custom('v', { emptyDir: 'x' }, '/v'), "'source.emptyDir' (\"x\") must be an object"],
  ['a volume that is no object', () => CollectorVolume.custom('v', 5 as any, '/v'), "'source' (5) must be an object"],
  ['a volume of a source that Kubernetes has not', () => CollectorVolume.custom('v', { emptydir: {} }, '/v'), "'source' (emptydir) must be one of awsElasticBlockStore,"],
  ['a volume of a Secret by a wrong field', () => CollectorVolume.custom('v', { secret: { name: 'x' } }, '/v'), "'source.secret' (name) must have secretName"],
  ['a volume of a Secret whose name is none', () => CollectorVolume.custom('v', { secret: { secretName: 'A_b' } }, '/v'), "'source.secret.secretName' (A_b) must have 1 to 253 lower-case letters"],
  ['a volume of a driver that is not named', () => CollectorVolume.custom('v', { csi: {} }, '/v'), "'source.csi' (nothing) must have driver"],
  ['a volume that holds what YAML cannot say', () => CollectorVolume.custom('v', { emptyDir: new Map() }, '/v'), "'source' (emptyDir: a Map) must be a map, a list, a text"],
  ['a mount path with two dots', () => CollectorVolume.fromEmptyDir('v', '/a/../b'), "'mountPath' (/a/../b) must be an absolute path"],
  ['a mount path with two slashes', () => CollectorVolume.fromEmptyDir('v', '/a//b'), "'mountPath' (/a//b) must be an absolute path"],
  ['a mount path of the kernel', () => CollectorVolume.fromEmptyDir('v', '/proc/x'), "'mountPath' (/proc/x) must be an absolute path other than \"/\" and outside of /proc and /sys"],
  ['a mount path that is a number', () => CollectorVolume.fromEmptyDir('v', 5 as any), "'mountPath' (5) must be a string"],
])('%s is refused by name of the parameter', (_what, make, message) => {
  expect(make).toThrow(message);
});
