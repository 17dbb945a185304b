/** A request, in the words of `kubectl` and of RBAC. */
export interface RequestName {
  readonly verb: string;
  /** `configmaps`, `deployments.apps`, `pods/eviction`, or a path such as `/readyz`. */
  readonly resource: string;
  /** A watch, `exec`, `logs -f` …: its length says nothing. */
  readonly long: boolean;
}

const VERBS: { readonly [method: string]: string } = { POST: 'create', PUT: 'update', PATCH: 'patch' };
const CONNECTS = ['exec', 'attach', 'portforward', 'proxy'];

/**
 * @param url path and query, or nothing
 * @param spanName `GET /api/v1/…/{:name}`, or `KubernetesAPI`
 */
export function requestName(method: string, url: string, spanName: string): RequestName {
  const [, spanMethod = '', route = ''] = /^(?:HTTP )?([A-Z]+)(?: (\S+))?$/.exec(spanName) ?? [];
  const [path = '', query = ''] = split(url !== '' ? url : route, '?');
  const http = method.toUpperCase() || spanMethod || 'GET';
  const parts = path.split('/').filter(part => part !== '');
  const object = objectOf(parts);
  if (!object) return { verb: http.toLowerCase(), resource: shortPath(parts), long: false };
  const { resource, named, subresource } = object;
  if (object.watched || asks(query, 'watch')) return { verb: 'watch', resource, long: true };
  const long = CONNECTS.includes(subresource) || (subresource === 'log' && asks(query, 'follow'));
  return { verb: long ? 'connect' : verb(http, named), resource, long };
}

interface ApiObject {
  readonly resource: string;
  readonly named: boolean;
  readonly subresource: string;
  /** By the old path, `/api/v1/watch/pods`. */
  readonly watched: boolean;
}

/** @returns undefined for paths such as `/readyz` */
function objectOf(parts: readonly string[]): ApiObject | undefined {
  const group = parts[0] === 'api' ? '' : parts[0] === 'apis' ? parts[1] : undefined;
  const rest = parts.slice(group === '' ? 2 : 3);
  if (group === undefined || rest.length === 0) return undefined;
  const watched = rest[0] === 'watch' && rest.length > 1;
  if (watched) rest.shift();
  // `/namespaces/x` itself is a namespace, and so are its subresources.
  if (rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '')) rest.splice(0, 2);
  const [kind = '', name, subresource = ''] = rest;
  return { resource: kind + (group && `.${group}`) + (subresource && `/${subresource}`), named: name !== undefined, subresource, watched };
}

function asks(query: string, name: string): boolean {
  return new RegExp(`(?:^|&)${name}=(?:1|t|true)(?:&|$)`, 'i').test(query);
}

function verb(method: string, named: boolean): string {
  if (method === 'GET' || method === 'HEAD') return named ? 'get' : 'list';
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  return VERBS[method] ?? method.toLowerCase();
}

/** `/openapi/v3/apis/apps/v1` -> `/openapi/v3/…`: one row, not one each. */
function shortPath(parts: readonly string[]): string {
  return parts.length === 0 ? '(no path)' : `/${parts.slice(0, 2).join('/')}${parts.length > 2 ? '/…' : ''}`;
}

function split(text: string, at: string): readonly string[] {
  const i = text.indexOf(at);
  return i < 0 ? [text] : [text.slice(0, i), text.slice(i + 1)];
}
