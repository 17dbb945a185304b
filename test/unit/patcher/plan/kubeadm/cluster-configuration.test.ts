import { CONFIG_FILE, Wish, wishFor } from './configurations';
import { editClusterConfiguration, KubeadmEdit } from '../../../../../src/patcher/plan/kubeadm/cluster-configuration';
import { kubeadmRecordText, parseKubeadmRecord } from '../../../../../src/patcher/plan/kubeadm/kubeadm-record';

/** As kubeadm 1.37 uploads it. */
const UPLOADED = `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
etcd:
  local:
    dataDir: /var/lib/etcd
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
networking:
  dnsDomain: cluster.local
scheduler: {}
`;

const edited = (text: string, wish: Wish | null = {}, record = {}): KubeadmEdit & { kind: 'edited' } => {
  const edit = editClusterConfiguration(text, record, wish && wishFor(wish));
  if (edit.kind !== 'edited') throw new Error(JSON.stringify(edit));
  return edit;
};

test('what kubeadm uploads gets the fields of tracing, and nothing else changes', () => {
  const { text, record } = edited(UPLOADED);
  expect(text).toBe(UPLOADED.replace('apiServer: {}\n', `apiServer:
  extraArgs:
  - name: tracing-config-file
    value: ${CONFIG_FILE}
  - name: v
    value: "6"
  extraVolumes:
  - name: tracing-config
    hostPath: ${CONFIG_FILE}
    mountPath: ${CONFIG_FILE}
    readOnly: true
    pathType: FileOrCreate
  - name: tracing-directory
    hostPath: /etc/kubernetes/tracing
    mountPath: /etc/kubernetes/tracing
    readOnly: true
    pathType: DirectoryOrCreate
  extraEnvs:
  - name: NODE_NAME
    valueFrom:
      fieldRef:
        apiVersion: v1
        fieldPath: spec.nodeName
  - name: OTEL_RESOURCE_ATTRIBUTES
    value: "k8s.cluster.name=prod,k8s.node.name=$(NODE_NAME)"
`).replace('    dataDir: /var/lib/etcd\n', `    dataDir: /var/lib/etcd
    extraArgs:
    - name: enable-distributed-tracing
      value: "true"
    - name: distributed-tracing-address
      value: "10.96.0.50:4317"
    - name: distributed-tracing-service-name
      value: etcd
    - name: distributed-tracing-instance-id
      value: "$(NODE_NAME)"
    extraEnvs:
    - name: NODE_NAME
      valueFrom:
        fieldRef:
          apiVersion: v1
          fieldPath: spec.nodeName
    - name: OTEL_RESOURCE_ATTRIBUTES
      value: "k8s.cluster.name=prod,k8s.node.name=$(NODE_NAME)"
`));
  expect(parseKubeadmRecord(kubeadmRecordText(record))).toEqual(record);
});

const V1BETA3 = UPLOADED.replace('v1beta4', 'v1beta3').replace('apiServer: {}', 'apiServer:\n  extraArgs:\n    feature-gates: Other=true');

test('v1beta3: a mapping of arguments, gates join those that are there, and no instance id', () => {
  const { text, record } = edited(V1BETA3, { kubernetes: '1.26.3', etcd: '3.5.6' });
  expect(text).toContain('    feature-gates: Other=true,APIServerTracing=true\n    tracing-config-file: /etc');
  expect(text).toContain('      experimental-enable-distributed-tracing: "true"\n');
  expect(text).not.toMatch(/instance-id|extraEnvs/);
  expect(edited(text, null, record).text).toBe(V1BETA3);
  // Somebody has added a gate since, and kubeadm has written it anew.
  const later = text.replace('APIServerTracing=true', 'APIServerTracing=true,Third=true');
  expect(edited(later, null, record).text).toBe(V1BETA3.replace('Other=true', 'Other=true,Third=true'));
});

test('what is there already stays somebody else\'s', () => {
  const own = UPLOADED.replace('apiServer: {}', `apiServer:\n  extraArgs:\n  - name: v\n    value: "2"\n  - name: tracing-config-file\n    value: ${CONFIG_FILE}`);
  const { text, record } = edited(own);
  expect(record.apiServer?.args).toBeUndefined();
  expect(edited(text, null, record).text).toBe(own);
});

test('fields that somebody changed since stay, and are named', () => {
  const { text, record } = edited(UPLOADED);
  const { text: left, notes } = edited(text.replace('value: "6"', 'value: "4"').replace('readOnly: true', 'readOnly: false'), null, record);
  expect(notes).toEqual([
    'apiServer.extraVolumes: tracing-config was changed or taken out by someone else, and stays as it is',
    'apiServer.extraArgs: v was changed or taken out by someone else, and stays as it is',
  ]);
  expect(left).toContain('- name: v\n    value: "4"');
  expect(left).not.toContain('tracing-config-file');
});

test('an external etcd is not kubeadm\'s', () => {
  const external = UPLOADED.replace(/ {2}local:\n.*\n/, '  external:\n    endpoints: [https://10.0.0.9:2379]\n');
  const { text, notes } = edited(external);
  expect(text).not.toContain('distributed-tracing');
  expect(notes).toEqual([expect.stringContaining('external etcd')]);
});

const withArg = (name: string, value: string) => UPLOADED.replace('apiServer: {}', `apiServer:\n  extraArgs:\n  - name: profiling\n    value: "false"\n  - name: ${name}\n    value: ${value}`);

test.each<[string, string, string, Wish?]>([
  ['an argument', withArg('tracing-config-file', '/etc/mine.yaml'), 'apiServer.extraArgs[1]'],
  ['an argument of v1beta3', V1BETA3.replace('feature-gates: Other=true', 'tracing-config-file: /etc/mine.yaml'), 'apiServer.extraArgs.tracing-config-file', { kubernetes: '1.26.3', etcd: '3.5.6' }],
  ['a gate that is off', V1BETA3.replace('Other=true', 'APIServerTracing=false'), 'apiServer.extraArgs.feature-gates', { kubernetes: '1.26.3', etcd: '3.5.6' }],
  ['a volume', UPLOADED.replace('apiServer: {}', 'apiServer:\n  extraVolumes:\n  - {name: tracing-config, hostPath: /srv, mountPath: /srv}'), 'apiServer.extraVolumes[0]'],
  ['a variable', UPLOADED.replace('  local:', '  local:\n    extraEnvs:\n    - name: NODE_NAME\n      value: me'), 'etcd.local.extraEnvs[0]'],
  ['the spelling of another etcd', UPLOADED.replace('  local:', '  local:\n    extraArgs:\n    - name: experimental-enable-distributed-tracing\n      value: "true"'), 'etcd.local.extraArgs[0]'],
])('%s of the user is never replaced', (_, text, at, wish = {}) => {
  expect(editClusterConfiguration(text, {}, wishFor(wish))).toMatchObject({ kind: 'conflict', at });
});

test.each([
  ['a version that is not known', UPLOADED.replace('v1beta4', 'v1'), 'kubeadm.k8s.io/v1"'],
  ['another kind', UPLOADED.replace('ClusterConfiguration', 'InitConfiguration'), 'InitConfiguration'],
  ['no YAML', 'a: [', 'not plain YAML'],
  ['a key twice', `${UPLOADED}scheduler: {}\n`, 'not plain YAML'],
  ['anchors', UPLOADED.replace('apiServer: {}', 'apiServer: &a {}'), 'anchors'],
  ['nothing', '', 'not one mapping'],
  ['arguments of another shape', UPLOADED.replace('apiServer: {}', 'apiServer:\n  extraArgs:\n    v: "4"'), 'apiServer.extraArgs is not a list'],
  ['a text where a mapping belongs', UPLOADED.replace('apiServer: {}', 'apiServer: none'), 'apiServer is neither'],
])('%s is left alone', (_, text, reason) => {
  expect(editClusterConfiguration(text, {}, wishFor())).toMatchObject({ kind: 'unknown', reason: expect.stringContaining(reason) });
});

test.each(['{', '[]', '{"other":1}', '{"apiServer":{"args":[1]}}', '{"made":{"a":1}}'])('%s is no record', text => {
  expect(parseKubeadmRecord(text)).toBeUndefined();
});
