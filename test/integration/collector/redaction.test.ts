import * as fs from 'node:fs';
import * as path from 'node:path';
import { Testing } from 'cdk8s';
import { Backend } from './backend';
import { components } from './components';
import { documentedRedactions } from './documented-redactions';
import { RealCollector } from './real-collector';
import { Scratch } from './scratch-directory';
import { Collector, SpanExporter } from '../../../src';

jest.setTimeout(120_000);

const NAME = 'db-password';
const texts = (attributes: Record<string, string>) => Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));

let id = 0;

function span(name: string, attributes: Record<string, string>, more: object = {}): object {
  id += 1;
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: id.toString(16).padStart(16, '0'),
    name,
    kind: 1,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000001000000000',
    attributes: texts(attributes),
    ...more,
  };
}

const event = (name: string, attributes: Record<string, string>) => ({ timeUnixNano: '1700000000500000000', name, attributes: texts(attributes) });

const URL_PATH = `/api/v1/namespaces/prod/secrets/${NAME}`;
const KEY = `/registry/secrets/prod/${NAME}`;

const SPANS = [
  span('GET /api/v1/namespaces/{:namespace}/secrets/{:name}', { 'http.target': `${URL_PATH}?timeout=10s`, 'url.path': URL_PATH, 'url.full': `https://10.0.0.1:6443${URL_PATH}` }),
  span('GET /api/v1/namespaces/{:namespace}/secrets', {
    'http.target': `/api/v1/namespaces/prod/secrets?fieldSelector=metadata.name%3D${NAME}&watch=true`,
    'url.query': `fieldSelector=metadata.name%3D${NAME}`,
    'url.original': `/api/v1/namespaces/prod/secrets?fieldSelector=metadata.name=${NAME}`,
  }),
  span('GET events', { 'url.query.copy': `fieldSelector=involvedObject.kind%3DSecret%2CinvolvedObject.name%3D${NAME}` }),
  span('SerializeObject', { url: URL_PATH }),
  span('Get', { name: NAME, namespace: 'prod', resource: 'secrets', url: URL_PATH }),
  span('Update', { name: NAME, url: `${URL_PATH}/status` }),
  span('GuaranteedUpdate etcd3', { key: KEY, type: '*core.Secret', resource: 'secrets' }),
  span('txn', { compare_first_key: KEY, success_first_key: KEY, failure_first_key: `/other-prefix/secrets/prod/${NAME}` }),
  span('range', { range_begin: KEY, range_end: `${KEY}\u0000`, relative: `secrets/prod/${NAME}` }),
  span(`GET ${URL_PATH}`, {}),
  span('Delete', { encoded: `%2Fapi%2Fv1%2Fnamespaces%2Fprod%2Fsecrets%2F${NAME}` }, {
    status: { code: 2, message: `secrets "${NAME}" not found` },
    events: [event('exception', { 'exception.message': `Operation cannot be fulfilled on secrets "${NAME}": the object has been modified` }), event(`About to get ${KEY}`, { key: KEY })],
  }),
  span('Get', { name: 'web', resource: 'pods', url: '/api/v1/namespaces/prod/pods/web' }),
];

test('no name of a Secret leaves the collector with the redactions of the documentation', async () => {
  const { collector: binary } = await components('collector');
  const scratch = new Scratch();
  try {
    const backend = await new Backend({ binary, root: scratch.below('backend') }).start();
    scratch.ending(() => backend.stop());
    const config = new Collector(Testing.chart(), 'gateway', {
      exporters: [SpanExporter.otlpGrpc('backend', { endpoint: backend.endpoint, insecure: true })],
      redactions: documentedRedactions(),
      configOverrides: { receivers: { otlp: { protocols: { http: { endpoint: '${env:POD_IP}:4318' } } } } },
    });
    const collector = await new RealCollector({ binary, root: scratch.below('gateway'), config }).start();
    scratch.ending(() => collector.stop());
    const resourceSpans = [{
      resource: { attributes: texts({ 'service.name': 'apiserver', 'process.command_line': `kubectl get secrets/${NAME}` }) },
      scopeSpans: [{ scope: { name: 'k8s', attributes: texts({ url: URL_PATH }) }, spans: SPANS }],
    }];
    const answer = await fetch(`http://${collector.address}:4318/v1/traces`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ resourceSpans }),
    });
    expect(answer.status).toBe(200);
    await backend.settled();

    const spans = backend.spans();
    expect(spans).toHaveLength(SPANS.length);
    const written = fs.readFileSync(path.join(scratch.below('backend'), 'spans.json'), 'utf8');
    expect(written.match(/[^{}]*db-password[^{}]*/g) ?? []).toEqual([]);
    // What is no Secret's keeps its name.
    expect(spans.filter(({ name }) => name === 'Get').map(({ attributes }) => attributes.name)).toEqual(['-', 'web']);
    expect(spans.find(({ name }) => name === 'SerializeObject')!.attributes.url).toBe('/api/v1/namespaces/prod/secrets/-');
  } finally {
    await scratch.clear();
  }
});
