import { isIpAddress } from '../../patch-spec/endpoint';
import { checkString, refuse } from '../kit/check';

/** Where a gRPC exporter connects to. */
export interface GrpcTarget {
  /** `host:port`. */
  readonly target: string;
  /** Whether the endpoint says so; undefined where it has no scheme. */
  readonly plaintext: boolean | undefined;
}

/** What a URL says, of which nothing else is emitted. */
export interface ParsedUrl {
  readonly plaintext: boolean;
  /** `https://host:port`, the port only where it is given. */
  readonly origin: string;
  /** Empty, or with a slash before and none after it. */
  readonly path: string;
}

/** The part of an `otlp_http` exporter's configuration that says where it sends to. */
export type HttpTarget = { readonly endpoint: string } | { readonly traces_endpoint: string };

const URL_RULE = 'be a URL with https:// or http://, a host, and no user, query or fragment, such as https://otlp.example.com';

export function parseGrpcEndpoint(prop: string, endpoint: string): GrpcTarget {
  const [, scheme, target = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(checkString(prop, endpoint)) ?? [];
  refuseUser(prop, target);
  if (scheme !== undefined && !/^https?$/i.test(scheme)) {
    refuse(prop, endpoint, 'be host:port, https://host:port or http://host:port: other schemes mean nothing here');
  }
  const [, host = '', digits = ''] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(target) ?? [];
  const [name, port] = [canonicalHost(host), parsePort(digits)];
  if (name === undefined || port === undefined) {
    refuse(prop, endpoint, 'be host:port with a port from 1 to 65535 and no path, such as tempo-distributor.observability:4317 or [fd00::1]:4317');
  }
  return { target: `${name}:${port}`, plaintext: scheme === undefined ? undefined : scheme.toLowerCase() === 'http' };
}

export function parseUrl(prop: string, text: string): ParsedUrl {
  const [, scheme, authority = '', rest = ''] = /^(https?):\/\/([^/?#\\]*)(.*)$/is.exec(checkString(prop, text)) ?? [];
  refuseUser(prop, authority);
  if (/[?#]/.test(rest)) {
    // A query is not repeated: it may hold a key.
    refuse(prop, text.replace(/[?#].*$/s, '…'), URL_RULE);
  }
  const [, host = '', , digits] = /^(\[[^\]]*\]|[^:]*)(:(\d+))?$/.exec(authority) ?? [];
  const [name, port] = [canonicalHost(host), digits === undefined ? '' : parsePort(digits)];
  const path = rest.replace(/\/+$/, '');
  if (scheme === undefined || name === undefined || port === undefined || !isPath(path)) refuse(prop, text, URL_RULE);
  return { plaintext: scheme.toLowerCase() === 'http', origin: `${scheme.toLowerCase()}://${name}${port === '' ? '' : `:${port}`}`, path };
}

/** Of a URL to which the Collector appends the path of traces, unless it is there. */
export function httpTarget(prop: string, { origin, path }: ParsedUrl): HttpTarget {
  if (/\/v1\/(metrics|logs|profiles)$/.test(path)) {
    refuse(prop, `${origin}${path}`, 'be where the backend takes traces, whose path ends with /v1/traces');
  }
  if (/\/v1$/.test(path)) {
    refuse(prop, `${origin}${path}`, `be ${origin}${path}/traces, or ${origin}${path.slice(0, -'/v1'.length)}: /v1/traces is appended where it is not there`);
  }
  return path.endsWith('/v1/traces') ? { traces_endpoint: `${origin}${path}` } : { endpoint: `${origin}${path}` };
}

/** The value is not repeated: it may hold a password. */
function refuseUser(prop: string, authority: string): void {
  if (authority.includes('@')) {
    throw new Error(`'${prop}' must hold no user or password: what is secret comes from a Secret, by 'secretHeaders' or 'bearerToken'`);
  }
}

/** A name by its labels, or an IP address, IPv6 in brackets; undefined where it is neither. */
function canonicalHost(host: string): string | undefined {
  const v6 = /^\[(.*)\]$/.exec(host)?.[1];
  if (v6 !== undefined) {
    const specified = v6.includes(':') && isIpAddress(v6) && /[1-9a-f]/i.test(v6);
    return specified ? new URL(`http://[${v6}]`).hostname : undefined;
  }
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  if (/^\d+$/.test(labels.at(-1)!)) {
    // What ends like an address is one.
    return isIpAddress(host) && host !== '0.0.0.0' ? host : undefined;
  }
  // Names of Services have no underscore; those that Docker and some DNS servers give may.
  const named = host.length <= 253 && labels.every(label => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  return named ? host.toLowerCase() : undefined;
}

function parsePort(digits: string): number | undefined {
  const port = Number(digits);
  return /^\d{1,5}$/.test(digits) && port >= 1 && port <= 65535 ? port : undefined;
}

/** Empty, or segments as RFC 3986 has them, none empty and none of dots. `$` begins a reference of the Collector. */
function isPath(path: string): boolean {
  return path === '' || path.startsWith('/') && path.slice(1).split('/').every(segment => /^([A-Za-z0-9._~!&'()*+,;=:@-]|%[0-9a-fA-F]{2})+$/.test(segment) && !/^\.\.?$/.test(segment));
}
