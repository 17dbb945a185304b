import { redactObjectNames } from './object-names';
import { ottlString, spanAttribute } from './ottl';
import { checkRegularExpression } from './re2';
import { checkString, refuse } from '../kit/check';

/** What the conventions have called a client's address, on spans of requests and of their parts. */
const CLIENT_ADDRESSES = ['client.address', 'network.peer.address', 'net.sock.peer.addr', 'net.peer.ip', 'http.client_ip', 'client'];
const USER_AGENTS = ['user_agent.original', 'http.user_agent', 'user-agent'];
const URLS = ['http.target', 'url.full', 'url.query', 'http.url', 'url'];

/** Resources of Kubernetes itself, so that a singular name, which no path has, is told. */
const PLURALS = [
  'bindings', 'certificatesigningrequests', 'clusterrolebindings', 'clusterroles', 'configmaps', 'cronjobs', 'customresourcedefinitions', 'daemonsets', 'deployments',
  'endpointslices', 'events', 'horizontalpodautoscalers', 'ingresses', 'ingressclasses', 'jobs', 'leases', 'limitranges', 'namespaces', 'networkpolicies', 'nodes',
  'persistentvolumeclaims', 'persistentvolumes', 'poddisruptionbudgets', 'pods', 'priorityclasses', 'replicasets', 'resourcequotas', 'rolebindings', 'roles', 'secrets',
  'serviceaccounts', 'services', 'statefulsets', 'storageclasses', 'volumeattachments',
];

/**
 * Redaction of span attributes before spans leave the collector.
 */
export class SpanRedaction {
  /**
   * Removes an attribute from all spans.
   *
   * @throws when the name is empty
   */
  public static remove(attribute: string): SpanRedaction {
    checkName(attribute);
    return new SpanRedaction([`delete_key(span.attributes, ${ottlString(attribute)})`]);
  }

  /**
   * Replaces an attribute by its SHA-256 hash: equal values stay equal. Values that can be guessed can be found again.
   *
   * @throws when the name is empty
   */
  public static hash(attribute: string): SpanRedaction {
    checkName(attribute);
    const path = spanAttribute(attribute);
    return new SpanRedaction([`set(${path}, SHA256(String(${path}))) where ${path} != nil`]);
  }

  /**
   * Replaces what a regular expression (RE2) matches in an attribute.
   *
   * @param attribute the attribute's name
   * @param pattern such as `/secrets/[^/?]+`
   * @param replacement text that is written instead, such as `/secrets/-`; `$` stands for itself, so that `$1` is no reference to a group
   * @throws when the name or the expression is empty, or the expression is not one that RE2 takes
   */
  public static replace(attribute: string, pattern: string, replacement: string): SpanRedaction {
    checkName(attribute);
    if (checkString('pattern', pattern) === '') refuse('pattern', '""', 'not be empty');
    checkString('replacement', replacement);
    checkRegularExpression('pattern', pattern);
    return new SpanRedaction([`replace_pattern(${spanAttribute(attribute)}, ${ottlString(pattern)}, ${ottlString(replacement.replace(/\$/g, '$$$$'))})`]);
  }

  /**
   * Removes the addresses of the API server's clients.
   */
  public static clientAddresses(): SpanRedaction {
    return new SpanRedaction(CLIENT_ADDRESSES.map(name => `delete_key(span.attributes, ${ottlString(name)})`));
  }

  /**
   * Removes the names and versions of the API server's clients.
   */
  public static userAgents(): SpanRedaction {
    return new SpanRedaction(USER_AGENTS.map(name => `delete_key(span.attributes, ${ottlString(name)})`));
  }

  /**
   * Cuts the query off the URLs of requests: selectors, commands of `exec`.
   */
  public static urlQueries(): SpanRedaction {
    return new SpanRedaction([
      `delete_key(span.attributes, ${ottlString('url.query')})`,
      ...URLS.filter(name => name !== 'url.query').map(name => `replace_pattern(${spanAttribute(name)}, ${ottlString('[?].*')}, "")`),
    ]);
  }

  /**
   * Replaces the names of objects by `-`: in paths and queries of URLs, keys of etcd, messages of errors and the attribute `name`;
   * on spans, their events and their resources. In keys of etcd the namespace goes with the name.
   *
   * @param resources the plural names of resources, such as `secrets`
   * @throws when there is none, or one is no plural name of a resource
   */
  public static objectNames(...resources: string[]): SpanRedaction {
    if (resources.length === 0) throw new Error("'resources' must have at least one resource, such as secrets");
    resources.forEach(resource => {
      if (!/^[a-z][a-z0-9]*$/.test(checkString('resources', resource))) {
        refuse('resources', resource, 'be the plural name of a resource in lower case, such as secrets');
      }
      const plural = PLURALS.find(name => name !== resource && [`${resource}s`, `${resource}es`, resource.replace(/y$/, 'ies')].includes(name));
      if (plural !== undefined) refuse('resources', resource, `be ${plural}: the plural name, as in the path of a request`);
    });
    const { ofSpans, ofEvents } = redactObjectNames(resources);
    return new SpanRedaction(ofSpans, ofEvents);
  }

  private constructor(private readonly statements: readonly string[], private readonly eventStatements: readonly string[] = []) {}

  /** @internal */
  public get _statements(): readonly string[] {
    return this.statements;
  }

  /** @internal */
  public get _eventStatements(): readonly string[] {
    return this.eventStatements;
  }
}

function checkName(attribute: string): void {
  if (checkString('attribute', attribute) === '') refuse('attribute', '""', 'not be empty');
}
