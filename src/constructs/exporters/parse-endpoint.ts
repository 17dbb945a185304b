import { refuse } from '../kit/check';

/** Where a gRPC exporter connects to. */
export interface GrpcTarget {
  /** `host:port`. */
  readonly target: string;
  /** Whether the endpoint says so; undefined where it has no scheme. */
  readonly plaintext: boolean | undefined;
}

export function parseGrpcEndpoint(prop: string, endpoint: string): GrpcTarget {
  const [, scheme, target = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(endpoint) ?? [];
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    refuse(prop, endpoint, 'be host:port, https://host:port or http://host:port: other schemes mean nothing here');
  }
  checkHostPort(prop, endpoint, target);
  return { target, plaintext: scheme === undefined ? undefined : scheme === 'http' };
}

/** The part of an `otlp_http` exporter's configuration that says where it sends to. */
export interface HttpTarget {
  readonly url: { readonly endpoint: string } | { readonly traces_endpoint: string };
  readonly plaintext: boolean;
}

export function parseHttpEndpoint(prop: string, endpoint: string): HttpTarget {
  const rule = 'be a URL with https:// or http://, a host, and no user, query or fragment, such as https://otlp.example.com';
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    refuse(prop, endpoint, rule);
  }
  if (url.username !== '' || url.password !== '') {
    // The value is not repeated: it may hold a password.
    throw new Error(`'${prop}' must hold no user or password: what is secret comes from a Secret, by 'secretHeaders' or 'bearerToken'`);
  }
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '' || url.search !== '' || url.hash !== '' || /[\s$]/.test(endpoint)) {
    refuse(prop, endpoint, rule);
  }
  const trimmed = endpoint.replace(/\/+$/, '');
  return {
    url: trimmed.endsWith('/v1/traces') ? { traces_endpoint: trimmed } : { endpoint: trimmed },
    plaintext: url.protocol === 'http:',
  };
}

function checkHostPort(prop: string, endpoint: string, target: string): void {
  if (target.includes('@')) {
    throw new Error(`'${prop}' must hold no user or password: what is secret comes from a Secret, by 'secretHeaders' or 'bearerToken'`);
  }
  const [, , , port] = /^(\[[0-9a-fA-F:.]+\]|([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\.?)):(\d{1,5})$/.exec(target)?.slice(1) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65535) {
    refuse(prop, endpoint, 'be host:port with a port from 1 to 65535 and no path, such as tempo-distributor.observability:4317 or [fd00::1]:4317');
  }
}
