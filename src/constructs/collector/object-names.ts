import { ottlString, spanAttribute } from './ottl';

/** Resources whose keys in etcd have another name. */
const IN_ETCD: { readonly [resource: string]: string } = { nodes: 'minions', ingresses: 'ingress', replicationcontrollers: 'controllers' };

/** Where a text of a span can stand. */
const OF_SPAN = { maps: ['span.attributes', 'scope.attributes', 'resource.attributes'], texts: ['span.name', 'span.status.message'] };
const OF_EVENT = { maps: ['spanevent.attributes'], texts: ['spanevent.name'] };

export interface ObjectNameStatements {
  readonly ofSpans: string[];
  readonly ofEvents: string[];
}

/** Statements that write `-` for the names of objects, wherever kube-apiserver and etcd write them. */
export function redactObjectNames(resources: readonly string[]): ObjectNameStatements {
  const names = resources.flatMap(resource => [resource, ...(IN_ETCD[resource] === undefined ? [] : [IN_ETCD[resource]])]);
  const either = `(?:${names.join('|')})`;
  const patterns = [
    // Paths of URLs, and keys of etcd with the namespace before the name.
    `((?:\\b|%2[Ff])${either}(?:/|%2[Ff]))[^?&#\\s"']+`,
    // Messages of errors: secrets "a" not found.
    `(\\b${either}(?:\\.[a-z0-9.-]+)? \\\\?")[^"\\\\]+`,
    // Field selectors, by which kubelet watches single objects.
    '((?:\\b|%2[Cc])(?:metadata|involvedObject|regarding)\\.name(?:!|%21)?(?:=|%3[Dd])+)[^&,\\s"%]+',
  ];
  const resource = spanAttribute('resource');
  const redact = ({ maps, texts }: typeof OF_SPAN) => patterns.flatMap(pattern => [
    ...maps.map(map => `replace_all_patterns(${map}, "value", ${ottlString(pattern)}, ${ottlString('${1}-')})`),
    ...texts.map(text => `replace_pattern(${text}, ${ottlString(pattern)}, ${ottlString('${1}-')})`),
  ]);
  return {
    ofSpans: [
      `set(${spanAttribute('name')}, "-") where ${spanAttribute('name')} != nil and (${resource} == nil or IsMatch(${resource}, ${ottlString(`\\b${either}\\b`)}))`,
      ...(resources.includes('namespaces') ? [`set(${spanAttribute('namespace')}, "-") where ${spanAttribute('namespace')} != nil`] : []),
      ...redact(OF_SPAN),
    ],
    ofEvents: redact(OF_EVENT),
  };
}
