import { parse } from 'yaml';
import { planned, templateFor, tryPlan } from './planning';
import { contentHash, endpointOf } from '../../../../src/patcher/plan/tracing-configuration';
import { kubeadmApiServer } from '../../../support/fixtures/manifests/kubeadm';

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\n';

function file(template: string, kubernetes = '1.33.6', endpoint = '10.96.0.50:4317') {
  return planned({ apiServer: kubeadmApiServer(kubernetes), spec: { etcd: null }, facts: { endpoint }, template }).configFile!;
}

test('is named by its content, in our own directory', () => {
  const { path, text } = file(templateFor(10_000));
  expect(path).toBe(`/etc/kubernetes/tracing/tracing-config.${contentHash(text)}.yaml`);
  expect(file(templateFor(10_000), '1.33.6', '10.96.0.51:4317').path).not.toBe(path);
});

test('a template with the right endpoint is used byte for byte', () => {
  const template = `# note\n${HEAD}endpoint:   10.96.0.50:4317 # fixed\nsamplingRatePerMillion: 10_000\n`;
  expect(file(template.replace('10_000', '10000')).text).toBe(template.replace('10_000', '10000'));
});

test.each([
  ['absent', `${HEAD}samplingRatePerMillion: 10000\n`, `${HEAD}endpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 10000\n`],
  ['absent, kind last and no newline', `samplingRatePerMillion: 10000\n${HEAD.trimEnd()}`, `samplingRatePerMillion: 10000\n${HEAD}endpoint: 10.96.0.50:4317`],
  ['a name', `${HEAD}endpoint: collector.tracing.svc:4317 # name\nsamplingRatePerMillion: 10000\n`, `${HEAD}endpoint: 10.96.0.50:4317 # name\nsamplingRatePerMillion: 10000\n`],
  ['empty', `${HEAD}endpoint:\nsamplingRatePerMillion: 10000\n`, `${HEAD}endpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 10000\n`],
  ['an empty string', `${HEAD}endpoint: ""\nsamplingRatePerMillion: 10000\n`, `${HEAD}endpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 10000\n`],
  ['null', `${HEAD}endpoint: null\nsamplingRatePerMillion: 10000\n`, `${HEAD}endpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 10000\n`],
  ['absent, with CRLF', (`${HEAD}samplingRatePerMillion: 10000\n`).replaceAll('\n', '\r\n'), (`${HEAD}endpoint: 10.96.0.50:4317\nsamplingRatePerMillion: 10000\n`).replaceAll('\n', '\r\n')],
])('the endpoint is filled in where it is %s', (_, template, text) => {
  expect(file(template).text).toBe(text);
});

test('IPv6 is quoted, because brackets begin a list', () => {
  const { text } = file(templateFor(10_000), '1.33.6', '[fd00::50]:4317');
  expect(text).toContain('endpoint: "[fd00::50]:4317"\n');
  expect(parse(text)).toMatchObject({ endpoint: '[fd00::50]:4317' });
});

test.each([
  ['1.26.15', 'v1beta1', 'v1alpha1'], ['1.27.1', 'v1beta1', 'v1beta1'], ['1.37.2', 'v1beta1', 'v1beta1'],
  ['1.24.17', 'v1', 'v1alpha1'], ['1.33.6', 'v1', 'v1beta1'], ['1.34.0', 'v1', 'v1'], ['1.37.2', 'v1alpha1', 'v1alpha1'],
])('kube-apiserver %s reads a template of %s as %s', (kubernetes, written, read) => {
  expect(file(templateFor(10_000).replace('v1beta1', written), kubernetes).text).toContain(`apiVersion: apiserver.config.k8s.io/${read}\n`);
});

test.each([
  ['kind: Pod\n', 'kind must be TracingConfiguration'],
  [`${HEAD.replace('v1beta1', 'v2')}samplingRatePerMillion: 10000\n`, 'apiVersion must be one of'],
  [`${HEAD}samplingRatePerMillion: "10000"\n`, 'samplingRatePerMillion ("10000") must be a whole number from 0 to 1000000'],
  [`${HEAD}samplingRatePerMillion: 1000001\n`, 'samplingRatePerMillion (1000001) must be'],
  [`${HEAD}samplingRatePerMillion: -1\n`, 'samplingRatePerMillion (-1) must be'],
  [`${HEAD}samplingRatePerMillion: 0.5\n`, 'samplingRatePerMillion (0.5) must be'],
  [`${HEAD}samplingRatePerMillion: 10000\nendpoint: 10.0.0.9:4317\n`, 'endpoint is "10.0.0.9:4317", but the collector is at 10.96.0.50:4317'],
  [`${HEAD}samplingRatePerMillion: 10000\nendpoint: http://c:4317\n`, 'endpoint is "http://c:4317"'],
  [`${HEAD}samplingRatePerMillion: 10000\nendpoint: unix:///run/c\n`, 'endpoint is "unix:///run/c"'],
  [`${HEAD}samplingRatePerMillion: 10000\ntls: {}\n`, 'field tls is unknown'],
  [`${HEAD}samplingRatePerMillion: 10000\nsamplingRatePerMillion: 10000\n`, 'must be unique'],
  [`${HEAD}endpoint: [a]\n`, 'field endpoint must be a plain value'],
  [`${HEAD}---\n${HEAD}`, 'one YAML document'],
  ['{}', 'one YAML document'],
  ['', 'one YAML document'],
  ['"', 'Missing closing'],
  [`${HEAD}samplingRatePerMillion: 0o23420\n`, 'samplingRatePerMillion ("0o23420") must be'],
  [`${HEAD}samplingRatePerMillion: 10_000\n`, 'does not mean the same in YAML 1.2'],
])('fails on the template %j', (template, message) => {
  const result = tryPlan({ apiServer: kubeadmApiServer('1.33.6'), spec: { etcd: null }, template });
  expect(result).toMatchObject({ kind: 'refused', refusals: [{ code: 'template', message: expect.stringContaining(message) }] });
});

test.each(['10.96.0.50:4317', '[fd00::50]:4317'])('%s is read back', endpoint => {
  expect(endpointOf(file(templateFor(10_000), '1.33.6', endpoint).text)).toBe(endpoint);
});

test.each(['', 'not: [yaml', '- endpoint: a', 'endpoint:', 'endpoint: ""', 'endpoint: 5'])('%j names no endpoint', text => {
  expect(endpointOf(text)).toBeUndefined();
});
