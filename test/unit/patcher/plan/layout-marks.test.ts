/** Each mark by which another layout is known, alone in a Pod that is otherwise of kubeadm, and what only looks like one. */
import { refuseForeignLayout } from '../../../../src/patcher/plan/layouts';

interface Marks {
  readonly file?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly annotation?: string;
  readonly label?: string;
  readonly flag?: string;
  readonly volume?: string;
  readonly command?: string;
}

const KUBEADM = { name: 'kube-apiserver', namespace: 'kube-system', image: 'registry.k8s.io/kube-apiserver:v1.33.6', command: 'kube-apiserver' };

function pod(marks: Marks): string {
  const { name, namespace, image, annotation, label, flag, volume, command } = { ...KUBEADM, ...marks };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      annotations: { 'kubeadm.kubernetes.io/endpoint': 'x', ...annotation !== undefined && { [annotation]: 'x' } },
      ...label !== undefined && { labels: { component: 'x', [label]: 'x' } },
    },
    spec: {
      priority: 7,
      containers: [{ name: 'main', image, command: [command, '--secure-port=6443', ...flag === undefined ? [] : [flag]], volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'k8s', hostPath: { path: '/etc/kubernetes/pki' } }, { name: 'v', hostPath: { path: volume ?? '/etc/ssl' } }],
    },
  });
}

function seen(marks: Marks): string | undefined {
  try {
    refuseForeignLayout([{ name: 'other.yaml', text: 'kind: Service\n' }, { name: marks.file ?? 'kube-apiserver.yaml', text: pod(marks) }]);
    return undefined;
  } catch (e) {
    expect((e as { refusal?: unknown }).refusal ?? e).toMatchObject({ code: 'foreign-layout', at: marks.file ?? 'kube-apiserver.yaml' });
    return /^this is a (.*) node, which writes its manifests itself: \S/.exec((e as Error).message)?.[1] ?? (e as Error).message;
  }
}

test.each<[string, Marks]>([
  ['RKE2 or k3s', { image: 'rancher/hardened-kubernetes:v1.33.6' }],
  ['RKE2 or k3s', { image: 'docker.io/rancher/hardened-etcd:v3.5.16' }],
  ['RKE2 or k3s', { image: 'x/kubernetes:v1.33.6-rke2r1' }],
  ['RKE2 or k3s', { image: 'x/kubernetes:v1.33.6_k3s1' }],
  ['RKE2 or k3s', { annotation: 'etcd.k3s.cattle.io/initial' }],
  ['RKE2 or k3s', { annotation: 'rke2.io/x' }],
  ['RKE2 or k3s', { label: 'x.rke2.io/y' }],
  ['RKE2 or k3s', { flag: '--client-ca-file=/var/lib/rancher/rke2/ca.crt' }],
  ['RKE2 or k3s', { flag: '/etc/rancher/k3s/config.yaml' }],
  ['RKE2 or k3s', { flag: '--files=a,/run/k3s/x' }],
  ['RKE2 or k3s', { volume: '/var/lib/rancher/rke2' }],
  ['Talos', { annotation: 'talos.dev/config-version' }],
  ['Talos', { label: 'talos.dev/x' }],
  ['Talos', { flag: '--client-ca-file=/system/secrets/kubernetes/ca.crt' }],
  ['Talos', { volume: '/system/secrets/kubernetes/kube-apiserver' }],
  ['OpenShift', { namespace: 'openshift-kube-apiserver' }],
  ['OpenShift', { volume: '/etc/kubernetes/static-pod-resources/x' }],
  ['OpenShift', { flag: '--x=/etc/kubernetes/static-pod-resources/y' }],
  ['kOps', { file: 'kube-apiserver.manifest' }],
  ['kOps', { file: 'anything.manifest', name: 'etcd-manager-main', command: '/bin/sh' }],
  ['kOps', { label: 'kops.k8s.io/x' }],
  ['kOps', { annotation: 'dns.kops.k8s.io/internal' }],
  ['kOps', { file: 'etcd.yaml', image: 'registry.k8s.io/etcd-manager/etcd:v3' }],
])('%s is known by %j', (layout, marks) => {
  expect(seen(marks)).toBe(layout);
});

test.each<Marks>([
  {},
  { image: 'registry.lan/rancher/mirrored-kube-apiserver:v1.33.6' },
  { image: 'registry.lan/xrancher/hardened-kubernetes:v1' },
  { image: 'registry.lan/rke2r/kube-apiserver:v1' },
  { annotation: 'example.com/rke2' },
  { annotation: 'example.com/talos.dev' },
  { annotation: 'rke2/x' },
  { flag: '--x=relative/var/lib/rancher/rke2' },
  { flag: '--x=/opt/system/secrets/kubernetes' },
  { namespace: 'not-openshift-kube-apiserver' },
  { file: '.manifest.yaml' },
  { label: 'kops' },
  { name: 'log-shipper', file: 'shipper.yaml', volume: '/var/lib/rancher/rke2', image: 'rancher/hardened-x:1', annotation: 'talos.dev/x' },
  { name: 'my-etcd-manager', file: 'mine.manifest' },
])('%j is none', marks => {
  expect(seen(marks)).toBeUndefined();
});

test.each<Marks>([{ name: 'somebody', file: 'etcd.yaml' }, { name: 'etcd', file: 'somebody.yaml' }, { name: 'kube-apiserver', file: 'somebody.yaml' }])('the Pod of a component is known by its name or its file: %j', marks => {
  expect(seen({ ...marks, annotation: 'talos.dev/x' })).toBe('Talos');
});

test('a Pod that runs the component by something else is looked at as a whole', () => {
  expect(seen({ command: '/bin/sh', volume: '/var/lib/rancher/rke2' })).toBe('RKE2 or k3s');
});
