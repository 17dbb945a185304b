import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { refuse } from './check';
import { ContentNamed } from './content-named';

/** Kinds of this library that belong to no namespace, whatever the chart's is. */
const CLUSTER_KINDS = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];

/**
 * Refuses a part whose objects its chart has already: the one that is applied last would win.
 *
 * Other charts are not looked at, as they may be for other clusters.
 */
export function checkUniqueObjects(part: Construct, name: string): void {
  const own = new Set(objectsBelow(part));
  const taken = new Set(objectsOf(part).filter(object => !own.has(object)).map(identify));
  const twice = [...own].map(identify).find(identity => taken.has(identity));
  if (twice !== undefined) refuse('name', name, `differ from that of the other one in the chart, which has the object ${twice} already`);
}

/** The Namespace of this name that the chart has already. */
export function namespaceInChart(scope: Construct, name: string): ApiObject | undefined {
  return objectsOf(scope).find(object => object.kind === 'Namespace' && object.name === name);
}

function objectsOf(scope: Construct): ApiObject[] {
  const chart = Chart.of(scope);
  return objectsBelow(chart).filter(object => Chart.of(object) === chart);
}

/** Those that are named by their content are the same only where their content is. */
function objectsBelow(scope: Construct): ApiObject[] {
  return scope.node.findAll().filter((child): child is ApiObject => ApiObject.isApiObject(child) && !ContentNamed.isContentNamed(child));
}

function identify({ kind, name, metadata }: ApiObject): string {
  return `${kind} ${CLUSTER_KINDS.includes(kind) ? '' : `${metadata.namespace ?? ''}/`}${name}`;
}
