import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { stringify } from 'yaml';
import { Collector, TracingStack } from '../../../../src';
import { promtool } from '../../../support/components/promtool';
import { anchors, page } from '../../docs/markdown';
import { render } from '../rendering';

jest.setTimeout(300_000);

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const objects = render(chart => new TracingStack(chart, 'tracing', {
  controlPlaneNodes: 3,
  createNamespace: true,
  collector: new Collector(chart, 'collector', {
    namespace: 'tracing', replicas: 2, podMonitor: true, prometheusRule: true, noSpansAlert: Duration.minutes(15), monitoringLabels: { release: 'p' },
  }),
  agent: { podMonitor: true },
  upkeep: { schedule: '0 3 * * 6' },
}));
const prometheusRules = objects.filter(({ kind }) => kind === 'PrometheusRule');
const groups = prometheusRules.flatMap(({ spec }) => spec.groups);
const RULES: readonly Rule[] = groups.flatMap(({ rules }) => rules);

const directory = mkdtempSync(path.join(tmpdir(), 'alerts-'));
let tool: string;

beforeAll(async () => {
  tool = await promtool();
  writeFileSync(path.join(directory, 'rules.yaml'), stringify({ groups }));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Series as promtool writes them, with samples half a minute apart. */
type Series = Readonly<Record<string, string>>;

/** Lists the alerts that fire after so many minutes, as `name{label}`. Of the labels those that tell alerts of one name apart. */
function firing(minutes: number, series: Series): string[] {
  const file = path.join(directory, 'test.yaml');
  const names = [...new Set(RULES.map(({ alert }) => alert))];
  // Without an expectation that is met, promtool prints every alert that it got.
  writeFileSync(file, stringify({
    rule_files: ['rules.yaml'],
    evaluation_interval: '30s',
    tests: [{
      interval: '30s',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      alert_rule_test: names.map(alertname => ({ eval_time: `${minutes}m`, alertname, exp_alerts: [{ exp_labels: { never: 'met' } }] })),
    }],
  }));
  const { stdout, stderr } = spawnSync(tool, ['test', 'rules', file], { encoding: 'utf8' });
  const printed = stdout + stderr;
  const got = [...printed.matchAll(/alertname: ?([\s\S]*?), time: [^\n]*\n([\s\S]*?)(?=\n\s*alertname:|$)/g)];
  if (got.length !== names.length) throw new Error(`promtool did not test every alert: ${printed}`);
  return got.flatMap(([, , answer]) => {
    const labels = /got:([\s\S]*)$/.exec(answer!)![1]!;
    return [...labels.matchAll(/Labels:\s*\{([^}]*)\}/g)].map(([, text]) => text!);
  }).map(text => {
    const all = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
    const apart = ['pod', 'exporter', 'job_name'].filter(name => all[name] !== undefined).map(name => all[name]);
    expect(all).toHaveProperty('namespace');
    return [all.alertname!.replace('ControlPlaneTracing', ''), all.namespace, ...apart].join(' ');
  }).sort();
}

const pod = (name: string, namespace = 'tracing') => `namespace="${namespace}",pod="control-plane-tracing-${name}"`;
const A = 'collector-7d9f8b6c5-aaaaa';
const B = 'collector-7d9f8b6c5-bbbbb';
const up = (of: string): Series => ({ [`up{${of}}`]: '1x240', [`otelcol_process_uptime{${of}}`]: '0+30x240' });
const down = (of: string): Series => ({ [`up{${of}}`]: '0x240' });
const accepts = (of: string): Series => ({ [`otelcol_receiver_accepted_spans{${of},receiver="otlp"}`]: '0+100x240' });

const AGENTS = ['agent-aaaaa', 'agent-bbbbb', 'agent-ccccc'].map(name => pod(name, 'kube-system'));
const WELL: Series = { ...up(pod(A)), ...up(pod(B)), ...accepts(pod(A)), ...accepts(pod(B)), ...Object.assign({}, ...AGENTS.map(up)) };
const without = (of: string): Series => Object.fromEntries(Object.entries(WELL).filter(([name]) => !name.includes(of)));
const burst = (metric: string, of: string) => ({ [`${metric}{${of}}`]: '_x60 125000+125000x7 1000000x120' });
const cron = (metric: string, values: string) =>
  ({ [`kube_cronjob_${metric}{namespace="kube-system",cronjob="control-plane-tracing-upkeep"}`]: values });
const job = (metric: string, labels: string, values: string) => ({ [`${metric}{namespace="kube-system",job_name="control-plane-tracing-0123abcd",${labels}}`]: values });

test('nothing fires where all is well', () => {
  expect(firing(100, WELL)).toEqual([]);
});

describe('fires on', () => {
  test.each<[string, number, Series, string[]]>([
    ['one of two replicas that cannot be scraped', 20, { ...without(B), ...down(pod(B)) }, [`ReplicaDown tracing control-plane-tracing-${B}`]],
    ['one of two replicas that does not exist', 20, without(B), ['ReplicaDown tracing']],
    ['a replica that crashes again and again', 60, { ...without(B), [`up{${pod(B)}}`]: Array(13).fill('0x9 1').join(' ') }, [
      `ReplicaDown tracing control-plane-tracing-${B}`,
    ]],
    ['no collector at all', 20, Object.assign({}, ...AGENTS.map(up)), ['CollectorDown tracing']],
    ['an agent of three that cannot be scraped', 20, { ...without('agent-ccccc'), ...down(AGENTS[2]!) }, [
      'AgentDown kube-system control-plane-tracing-agent-ccccc',
    ]],
    ['an agent of three that does not exist', 20, without('agent-ccccc'), ['AgentDown kube-system']],
    ['an agent that is not available, as kube-state-metrics says', 20, {
      ...WELL, 'kube_daemonset_status_number_unavailable{namespace="kube-system",daemonset="control-plane-tracing-agent"}': '1x240',
    }, ['AgentDown kube-system']],
    ['no agent at all', 20, Object.fromEntries(Object.entries(WELL).filter(([name]) => !name.includes('agent'))), ['AgentDown kube-system']],
    ['a scheduled run that has not succeeded for an hour', 70, {
      ...WELL, ...cron('status_last_schedule_time', '600x240'), ...cron('status_last_successful_time', '300x240'), ...cron('spec_suspend', '0x240'),
    }, ['Drift kube-system']],
    ['scheduled runs none of which has ever succeeded', 70, { ...WELL, ...cron('status_last_schedule_time', '600x240') }, ['Drift kube-system']],
    ['no spans', 40, Object.fromEntries(Object.entries(WELL).filter(([name]) => !name.includes('accepted'))), ['NoSpans tracing']],
    ['a million spans that were lost within four minutes', 36, { ...WELL, ...burst('otelcol_exporter_send_failed_spans', `${pod(A)},exporter="otlp/tempo"`) }, [
      `ExportFails tracing control-plane-tracing-${A} otlp/tempo`,
    ]],
    ['spans that were lost between two scrapes', 36, { ...WELL, [`otelcol_exporter_send_failed_spans{${pod(A)},exporter="otlp/tempo"}`]: '_x62 7x120' }, [
      `ExportFails tracing control-plane-tracing-${A} otlp/tempo`,
    ]],
    ['a burst that finds the queue full', 36, { ...WELL, ...burst('otelcol_exporter_enqueue_failed_spans', `${pod(A)},exporter="otlp/tempo"`) }, [
      `QueueFull tracing control-plane-tracing-${A} otlp/tempo`,
    ]],
    ['a burst that is refused', 36, { ...WELL, ...burst('otelcol_receiver_refused_spans', pod(B)) }, [`SpansRefused tracing control-plane-tracing-${B}`]],
    ['spans that an agent loses', 36, { ...WELL, ...burst('otelcol_exporter_send_failed_spans', `${AGENTS[1]},exporter="otlp_grpc/gateway"`) }, [
      'ExportFails kube-system control-plane-tracing-agent-bbbbb otlp_grpc/gateway',
    ]],
    ['a queue that fills up', 20, {
      ...WELL,
      [`otelcol_exporter_queue_size{${pod(A)},exporter="otlp/tempo"}`]: '900x240',
      [`otelcol_exporter_queue_capacity{${pod(A)},exporter="otlp/tempo"}`]: '1000x240',
    }, [`QueueFillsUp tracing control-plane-tracing-${A} otlp/tempo`]],
    ['a Job that failed', 20, { ...WELL, ...job('kube_job_failed', 'condition="true"', '1x240') }, ['JobFailed kube-system control-plane-tracing-0123abcd']],
    ['a Job whose pods failed, with none at work', 20, { ...WELL, ...job('kube_job_status_failed', 'reason=""', '1x240') }, [
      'JobFailed kube-system control-plane-tracing-0123abcd',
    ]],
  ])('%s', (_what, minutes, series, alerts) => {
    expect(firing(minutes, series)).toEqual(alerts);
  });
});

describe('does not fire', () => {
  test.each<[string, number, Series]>([
    ['long after a burst', 60, { ...WELL, ...burst('otelcol_exporter_send_failed_spans', `${pod(A)},exporter="otlp/tempo"`) }],
    ['on a Job whose pod was replaced and is at work', 20, {
      ...WELL, ...job('kube_job_status_failed', 'reason=""', '1x240'), ...job('kube_job_status_active', 'instance="a"', '1x240'),
    }],
    ['on a Job that is complete', 20, { ...WELL, ...job('kube_job_status_failed', 'reason=""', '1x240'), ...job('kube_job_complete', 'condition="true"', '1x240') }],
    ['on a Job of somebody else', 20, { ...WELL, 'kube_job_failed{namespace="kube-system",job_name="backup-0123abcd",condition="true"}': '1x240' }],
    ['on a scheduled run that takes its time', 50, {
      ...WELL, ...cron('status_last_schedule_time', '600x240'), ...cron('status_last_successful_time', '300x90 601x150'),
    }],
    ['on a CronJob that is suspended', 100, { ...WELL, ...cron('status_last_schedule_time', '600x240'), ...cron('spec_suspend', '1x240') }],
    ['on a rollout that takes a minute', 20, { ...WELL, [`up{${pod('collector-6c5d9f8b7-ccccc')}}`]: '_x30 0 0 1x240' }],
  ])('%s', (_what, minutes, series) => {
    expect(firing(minutes, series)).toEqual([]);
  });
});

test('every alert names its namespace and its own heading in the runbook', () => {
  const headings = anchors(page('docs/how-to/runbook.md'));
  const address = 'https://github.com/cdk8s-control-plane-tracing/cdk8s-control-plane-tracing/blob/main/docs/how-to/runbook.md#';
  for (const { alert, labels, annotations } of RULES) {
    expect(labels.namespace).toMatch(/^(tracing|kube-system)$/);
    expect(annotations.runbook_url).toBe(address + alert.toLowerCase());
    expect(headings).toContain(alert.toLowerCase());
  }
});

test('the agent and the Job have their rules where they live, with the labels that Prometheus looks for', () => {
  expect(prometheusRules.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`).sort()).toEqual([
    'kube-system/control-plane-tracing', 'kube-system/control-plane-tracing-agent', 'tracing/control-plane-tracing-collector',
  ]);
  expect(prometheusRules.map(({ metadata: { name, labels } }) => [name, labels.release])).toContainEqual(['control-plane-tracing', 'p']);
});

test('a stack whose collector has no alerts has none', () => {
  expect(render(chart => new TracingStack(chart, 'tracing', { createNamespace: true, agent: { podMonitor: true } })).some(({ kind }) => kind === 'PrometheusRule')).toBe(false);
});
