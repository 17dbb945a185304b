import { App, Chart } from 'cdk8s';
import { ConfigMap, PersistentVolumeClaim, Secret } from 'cdk8s-plus-28';
import { Callable, publicApi, Value } from './public-api';
import { Attempt, attemptsOn } from './wrong-values';
import * as library from '../../../src';
import { Collector, CollectorAddress, CollectorComponentKind, ControlPlanePatch, KubeadmRecipe, SecretRef, SpanExporter, TracingConfig } from '../../../src';

/**
 * Languages without types, and `any`, pass whatever they like. Every prop of every public class is given what it is not: it is refused
 * by its name, never taken, and never ends in an error about the library's inside.
 */

const api = publicApi();

/** What a callable takes, so that nothing is wrong but what is tried; `before` what must have been called. */
interface Sound {
  readonly args: (chart: Chart) => readonly unknown[];
  readonly self?: (chart: Chart) => object;
}

const secretRef = () => SecretRef.fromSecretName('s', 'k');
const config = (chart: Chart) => new TracingConfig(chart, 'config', { collector: CollectorAddress.endpoint('10.0.0.1:4317') });
const recipe = (chart: Chart) => new KubeadmRecipe(new ControlPlanePatch(chart, 'patch', { tracingConfig: config(chart) }), { kubernetesVersion: '1.37.0' });
const otlp = [() => ['a', { endpoint: 'https://a.example:4317' }], () => ['a', { endpoint: 'https://a.example:4317' }]] as const;
const named = (...args: unknown[]) => ({ args: () => args });

const SOUND: { readonly [callable: string]: Sound } = {
  'CollectorAddress.service': named({ namespace: 'a', name: 'b' }),
  'CollectorAddress.endpoint': named('10.0.0.1:4317'),
  'new ControlPlanePatch': { args: chart => [chart, 'x', { tracingConfig: config(chart) }] },
  'new TracingConfig': { args: chart => [chart, 'x', { collector: CollectorAddress.endpoint('10.0.0.1:4317') }] },
  'new TracingStack': { args: chart => [chart, 'x', {}] },
  'new Collector': { args: chart => [chart, 'x', {}] },
  'Collector#addExporter': { self: chart => new Collector(chart, 'x'), args: () => [SpanExporter.otlpGrpc('a', { endpoint: 'a:1' })] },
  'new CollectorAgent': { args: chart => [chart, 'x', { exporters: [SpanExporter.debug()] }] },
  'CollectorNetworkPolicy.kubernetes': named({ nodeCidrs: ['10.0.0.0/16'] }),
  'CollectorNetworkPolicy.cilium': named({}),
  'CollectorVolume.fromSecret': { args: chart => ['a', Secret.fromSecretName(chart, 's', 's'), '/a'] },
  'CollectorVolume.fromSecretName': named('a', 'b', '/a'),
  'CollectorVolume.fromConfigMap': { args: chart => ['a', ConfigMap.fromConfigMapName(chart, 's', 's'), '/a'] },
  'CollectorVolume.fromConfigMapName': named('a', 'b', '/a'),
  'CollectorVolume.fromEmptyDir': named('a', '/a'),
  'CollectorVolume.fromPersistentVolumeClaim': { args: chart => ['a', PersistentVolumeClaim.fromClaimName(chart, 's', 's'), '/a'] },
  'CollectorVolume.fromPersistentVolumeClaimName': named('a', 'b', '/a'),
  'CollectorVolume.custom': named('a', { emptyDir: {} }, '/a'),
  'SecretRef.fromSecret': { args: chart => [Secret.fromSecretName(chart, 's', 's'), 'k'] },
  'SecretRef.fromSecretName': named('s', 'k'),
  'SpanFilter.paths': named('^/a'),
  'SpanFilter.userAgents': named('^a'),
  'SpanFilter.ottl': named('span.name == "a"'),
  'SpanRedaction.remove': named('a'),
  'SpanRedaction.hash': named('a'),
  'SpanRedaction.replace': named('a', 'b', 'c'),
  'SpanRedaction.objectNames': named('secrets'),
  'SpanSampling.probabilistic': named(5),
  'SpanSampling.tail': named({ restPercentage: 5 }),
  'TlsKeyPair.fromSecret': { args: chart => [Secret.fromSecretName(chart, 's', 's'), {}] },
  'TlsKeyPair.fromSecretName': named('s', {}),
  'TrustedCa.fromSecret': { args: chart => [Secret.fromSecretName(chart, 's', 's'), 'k'] },
  'TrustedCa.fromSecretName': named('s', 'k'),
  'TrustedCa.fromConfigMap': { args: chart => [ConfigMap.fromConfigMapName(chart, 's', 's'), 'k'] },
  'TrustedCa.fromConfigMapName': named('s', 'k'),
  'SpanExporter.debug': named({}),
  'SpanExporter.otlpGrpc': { args: otlp[0] },
  'SpanExporter.otlpHttp': { args: otlp[1] },
  'SpanExporter.file': named('a', {}),
  'SpanExporter.jaeger': { args: otlp[0] },
  'SpanExporter.tempo': { args: otlp[0] },
  'SpanExporter.grafanaCloud': { args: () => ['a', { endpoint: 'https://a.grafana.net/otlp', instanceId: '5', token: secretRef() }] },
  'SpanExporter.honeycomb': { args: () => ['a', { apiKey: secretRef() }] },
  'SpanExporter.dynatrace': { args: () => ['a', { environmentUrl: 'https://a.live.dynatrace.com', apiToken: secretRef() }] },
  'SpanExporter.newRelic': { args: () => ['a', { licenseKey: secretRef() }] },
  'new KubeadmRecipe': { args: chart => [new ControlPlanePatch(chart, 'patch', { tracingConfig: config(chart) }), { kubernetesVersion: '1.37.0' }] },
  'KubeadmRecipe#clusterConfiguration': { self: recipe, args: () => [library.KubeadmApiVersion.V1BETA4] },
  'KubeadmRecipe#patches': { self: recipe, args: () => ['node-1'] },
};

jest.setTimeout(300_000);

/** cdk8s checks them. */
const OF_CONSTRUCTS = ['scope', 'id'];

interface Trial extends Attempt {
  readonly path: readonly (string | number)[];
}

/** Every parameter, and every prop of those that are options, at any depth. */
function trialsOf({ parameters }: Callable): Trial[] {
  return parameters.flatMap((parameter, index) => OF_CONSTRUCTS.includes(parameter.name) ? [] : trialsOn(parameter, [index], []));
}

/** Props that some callable has been given everything for. */
const tried = new Set<string>();

/** What several callables take is tried in full once: of the others each gets a few of the same wrong values. */
function attemptsFor(value: Value, holders: readonly string[]): Attempt[] {
  const attempts = attemptsOn(value, api, holders);
  const prop = `${value.owner}.${value.name}`;
  if (value.owner === undefined || !tried.has(prop)) {
    tried.add(prop);
    return attempts;
  }
  return attempts.filter((_, index) => index % 6 === 3);
}

function trialsOn(value: Value, path: readonly (string | number)[], holders: readonly string[]): Trial[] {
  const attempts = attemptsFor(value, holders).map(attempt => ({ ...attempt, path }));
  const fields = value.type === 'ISpanExporter' ? [] : api.interfaces.get(value.type) ?? [];
  const list = /^(\w+)\[\]$/.exec(value.type)?.[1];
  const inList = list === undefined || list.startsWith('I') ? [] : api.interfaces.get(list) ?? [];
  return [
    ...attempts,
    ...fields.flatMap(field => trialsOn(field, [...path, field.name], path.length === 1 && path[0] !== 0 ? [] : [value.name])),
    ...inList.flatMap(field => trialsOn(field, [...path, 0, field.name], [value.name])),
  ];
}

function set(target: any, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  const copy: any = Array.isArray(target) ? [...target] : { ...target };
  copy[key!] = rest.length === 0 ? value : set(copy[key!] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value);
  return copy;
}

/** Calls it and uses what comes out, so that nothing slips through into objects. */
function call(name: string, trial: Trial): void {
  const { args, self } = SOUND[name]!;
  const chart = new Chart(new App(), 'chart', { namespace: 'telemetry' });
  const given = set(args(chart), trial.path, trial.value) as unknown[];
  const [, owner = '', kind, method = ''] = /^(?:new )?(\w+)([.#]?)(\w*)$/.exec(name)!;
  const type = (library as any)[owner];
  if (name.startsWith('new ')) Reflect.construct(type, given);
  else use(chart, kind === '#' ? (self!(chart) as any)[method](...given) : type[method](...given));
  chart.toJson();
}

/** An exporter is asked when a collector gets it. */
function use(chart: Chart, result: any): void {
  if (typeof result?.bind === 'function') new Collector(chart, 'use', { exporters: [result] });
  if (result instanceof library.SpanSampling) new Collector(chart, 'use', { sampling: result });
  if (result instanceof library.CollectorNetworkPolicy) new Collector(chart, 'use', { networkPolicy: result });
  if (result instanceof library.SpanFilter) new Collector(chart, 'use', { dropSpans: [result] });
  if (result instanceof library.SpanRedaction) new Collector(chart, 'use', { redactions: [result] });
}

function problemIn(name: string, trial: Trial, attempt: () => void): string | undefined {
  const where = `${name} ${trial.path.join('.')} = ${trial.what}`;
  try {
    attempt();
  } catch (error) {
    const { message, constructor } = error as Error;
    return constructor === Error && trial.names.some(prop => new RegExp(`'([\\w.[\\]]+\\.)?${prop}['.[]`).test(message)) ? undefined : `${where}: ${constructor.name}: ${message}`;
  }
  return trial.allowed ? undefined : `${where}: taken`;
}

test('every public callable is among those that are tried', () => {
  expect(Object.keys(SOUND).sort()).toEqual(api.callables.filter(({ parameters }) => parameters.length > 0).map(({ name }) => name).sort());
});

test('what an exporter of others brings is refused by name', () => {
  const trials = trialsOf({ name: 'bind', parameters: [{ name: 'exporters', type: 'SpanExporterConfig', optional: false }] });
  const problems = trials.map(trial => problemIn('bind', trial, () => {
    const sound = [{ exporterId: 'debug/a', components: [{ kind: CollectorComponentKind.EXPORTER, typeName: 'debug' }], extensions: [{ extensionId: 'health_check/a' }] }];
    const [result] = set(sound, trial.path, trial.value) as any[];
    const chart = new Chart(new App(), 'chart');
    new Collector(chart, 'x', { exporters: [{ bind: () => result }] });
    chart.toJson();
  }));
  expect(problems.length).toBeGreaterThan(100);
  expect(problems.filter(problem => problem !== undefined)).toEqual([]);
});

const TRIALS = api.callables.filter(({ parameters }) => parameters.length > 0).map(callable => [callable.name, trialsOf(callable)] as const);

describe.each(TRIALS)('%s', (name, trials) => {
  test('refuses what is not of its type, by name', () => {
    expect(trials.length).toBeGreaterThan(5);
    const problems = trials.map(trial => problemIn(name, trial, () => call(name, trial)));
    expect(problems.filter(problem => problem !== undefined)).toEqual([]);
  });
});
