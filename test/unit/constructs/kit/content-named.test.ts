import { App, Chart } from 'cdk8s';
import { canonicalJson, contentHash } from '../../../../src/constructs/kit/canonical-json';
import { ContentNamed } from '../../../../src/constructs/kit/content-named';

test('canonical JSON does not depend on the order in which members were written', () => {
  expect(canonicalJson({ b: [{ y: 1, x: null }], a: 'ä' })).toBe('{"a":"ä","b":[{"x":null,"y":1}]}');
  expect(contentHash({ b: 1, a: 2 })).toBe(contentHash({ a: 2, b: 1 }));
  expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
});

test('an object can refer to the hash in its own name', () => {
  const chart = new Chart(new App(), 'chart');
  const object = new ContentNamed(chart, 'object', {
    namePrefix: 'x', hashed: ({ spec }) => spec, metadata: {}, object: { apiVersion: 'v1', kind: 'Thing', spec: { self: ContentNamed.OWN_HASH } },
  });
  expect(object.toJson().metadata.name).toBe(`x-${object.toJson().spec.self}`);
  expect(object.toJson().spec.self).toMatch(/^[0-9a-f]{10}$/);
});

test('names do not depend on the order of keys in the output', () => {
  const name = () => {
    const chart = new Chart(new App(), 'chart');
    return new ContentNamed(chart, 'object', {
      namePrefix: 'x', hashed: rendered => rendered.spec, metadata: {}, object: { apiVersion: 'v1', kind: 'Thing', spec: { b: 1, a: 2 } },
    }).name;
  };
  const sorted = name();
  process.env.CDK8S_DISABLE_SORT = '1';
  try {
    expect(name()).toBe(sorted);
  } finally {
    delete process.env.CDK8S_DISABLE_SORT;
  }
});
