import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';

/** A rendered object; the tests look into it freely. */
export type Rendered = any;

/** What a chart renders, in order. */
export function render(define: (chart: Chart) => Construct | void, namespace: string | undefined = 'control-plane-tracing'): Rendered[] {
  const chart = new Chart(new App(), 'tracing', { namespace, disableResourceNameHashes: true });
  define(chart);
  return chart.toJson();
}

/** The one object of a kind, whose name begins as said. */
export function find(objects: Rendered[], kind: string, namePrefix = ''): Rendered {
  const found = objects.filter(object => object.kind === kind && object.metadata.name.startsWith(namePrefix));
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind} have a name that begins with "${namePrefix}", not one`);
  return found[0];
}

/** `kind namespace/name` of each object, hashes written as `*`. */
export function inventory(objects: Rendered[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name.replace(/[0-9a-f]{10}$/, '*')}`);
}
