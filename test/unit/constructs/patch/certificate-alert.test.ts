import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { TlsKeyPair, TracingStack, TracingStackProps, TrustedCa } from '../../../../src';
import { promtool } from '../../../support/components/promtool';
import { anchors, page } from '../../docs/markdown';
import { find, render } from '../rendering';

jest.setTimeout(300_000);

const ALERT = 'ControlPlaneTracingCertificateExpires';
const LEASE = 'control-plane-tracing-certificates';
const DAY = 24 * 60;
const CA = TrustedCa.fromConfigMapName('ca');
const collectorOptions = { podMonitor: true, prometheusRule: true };
const TLS: TracingStackProps = { clusterIP: '10.96.0.50', collectorOptions: { ...collectorOptions, receiverCertificate: TlsKeyPair.fromSecretName('tls') }, componentTls: { ca: CA } };

const objects = (props: TracingStackProps) => render(chart => new TracingStack(chart, 'tracing', props));
const rules = (props: TracingStackProps) => objects(props).filter(({ kind }) => kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups).flatMap(group => group.rules);
const ruleOf = (props: TracingStackProps) => rules(props).find(({ alert }) => alert === ALERT);

const directory = mkdtempSync(path.join(tmpdir(), 'certificate-alert-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('is there with componentTls alone, and leads to its heading in the runbook', () => {
  expect(ruleOf(TLS)).toMatchObject({ labels: { severity: 'warning', namespace: 'kube-system' } });
  expect(ruleOf({ collectorOptions })).toBeUndefined();
  expect(anchors(page('docs/how-to/runbook.md'))).toContain(ruleOf(TLS).annotations.runbook_url.replace(/.*#/, ''));
});

test('stands on the Lease that the Job may write', () => {
  const leases = (props: TracingStackProps) => find(objects(props).filter(({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'control-plane-tracing'), 'Role')
    .rules.find(({ resourceNames }: { resourceNames?: string[] }) => resourceNames !== undefined);
  expect(leases(TLS)).toMatchObject({ resources: ['leases'], resourceNames: ['control-plane-tracing', LEASE], verbs: ['get', 'update'] });
  expect(leases({}).resourceNames).toEqual(['control-plane-tracing']);
});

test('fires from 14 days before on, with and without the label that newer versions of kube-state-metrics write', async () => {
  const tool = await promtool();
  writeFileSync(path.join(directory, 'rules.yaml'), stringify({ groups: [{ name: 'tls', rules: [ruleOf(TLS)] }] }));
  const fires = { exp_labels: { alertname: ALERT, severity: 'warning', namespace: 'kube-system', lease: LEASE } };
  const left = (duration: string) => ({
    ...fires,
    exp_annotations: {
      ...ruleOf(TLS).annotations, description: ruleOf(TLS).annotations.description.replace(/\{\{.*\}\}/, duration),
    },
  });
  writeFileSync(path.join(directory, 'test.yaml'), stringify({
    rule_files: ['rules.yaml'],
    evaluation_interval: '1h',
    tests: ['', ',namespace="kube-system"'].map(namespace => ({
      interval: '1h',
      input_series: [
        { series: `kube_lease_renew_time{lease="${LEASE}"${namespace}}`, values: `${30 * DAY * 60}x1000` },
        { series: `kube_lease_renew_time{lease="kube-scheduler"${namespace}}`, values: '0x1000' },
      ],
      alert_rule_test: [
        { eval_time: `${15 * DAY}m`, alertname: ALERT, exp_alerts: [] },
        { eval_time: `${17 * DAY}m`, alertname: ALERT, exp_alerts: [left('13d 0h 0m 0s')] },
        { eval_time: `${31 * DAY}m`, alertname: ALERT, exp_alerts: [left('-1d 0h 0m 0s')] },
      ],
    })),
  }));
  const { status, stdout, stderr } = spawnSync(tool, ['test', 'rules', path.join(directory, 'test.yaml')], { encoding: 'utf8' });
  expect(`${status} ${stdout}${stderr}`).toMatch(/^0 /);
});
