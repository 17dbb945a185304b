import { planned, tryPlan } from './planning';
import { kubeadmApiServer } from '../../../support/fixtures/manifests/kubeadm';

const API_SERVER = kubeadmApiServer('1.33.6');
const ONLY = { spec: { etcd: null } };
const withVolume = (mount: string) => API_SERVER.replace('    volumeMounts:\n', `${mount}    volumeMounts:\n`)
  .replace('  volumes:\n', '  volumes:\n  - hostPath:\n      path: /var/lib/rancher/rke2\n    name: rke2\n');
const shipper = '  - name: ship\n    image: x:1\n    args: [/var/lib/rancher/rke2/agent/logs]\n    volumeMounts:\n    - mountPath: /logs\n      name: rke2\n';

test.each<[string, string]>([
  ['the logs of another one, beside it in its Pod', withVolume('').replace('  hostNetwork', `${shipper}  hostNetwork`)],
  ['a mirror that keeps the name of an organization', API_SERVER.replace('registry.k8s.io/kube-apiserver', 'registry.lan/rancher/mirrored-kube-apiserver')],
  ['a comment', `# moved from /var/lib/rancher/\n${API_SERVER}`],
])('an API server of kubeadm is planned in spite of %s', (_, apiServer) => {
  expect(planned({ ...ONLY, apiServer }).components).toHaveLength(1);
});

test.each<[string, string]>([
  ['its image', API_SERVER.replace('registry.k8s.io/kube-apiserver:v1.33.6', 'index.docker.io/rancher/hardened-kubernetes:v1.33.6-rke2r1-build20250101')],
  ['its image in a mirror', API_SERVER.replace('registry.k8s.io/kube-apiserver:v1.33.6', 'registry.lan/kubernetes:v1.33.6-rke2r1')],
  ['a volume that it sees', withVolume('').replace('    volumeMounts:\n', '    volumeMounts:\n    - mountPath: /srv\n      name: rke2\n')],
  ['a flag', API_SERVER.replace('/etc/kubernetes/pki/ca.crt', '/var/lib/rancher/rke2/server/tls/ca.crt')],
])('an API server of RKE2 is known by %s', (_, apiServer) => {
  expect(tryPlan({ ...ONLY, apiServer })).toMatchObject({ refusals: [{ code: 'foreign-layout', at: 'kube-apiserver.yaml' }] });
});
