import { Fields } from './collector-config';
import { refuse } from '../kit/check';

/** Extensions that put what they know into each request. */
const TELLING = /^(bearertokenauth|basicauth|oauth2client|headers_setter)(\/|$)/;

/** Refuses credentials over plain text, wherever they are given. */
export function checkTransport(config: Fields, propOf: (path: readonly string[]) => string): void {
  for (const [id, exporter] of Object.entries<Fields | null>(config.exporters ?? {})) {
    const credential = credentialOf(exporter ?? {});
    const path = credential === undefined ? undefined : plaintextOf(id, exporter ?? {});
    if (path !== undefined) {
      refuse(propOf(['exporters', id, ...path]), ['exporters', id, ...path].join('.'),
        `ask for TLS, or exporters.${id}.${credential} be left out: in plain text anybody on the way could read it`);
    }
  }
}

function credentialOf({ auth, headers }: Fields): string | undefined {
  if (typeof auth?.authenticator === 'string' && TELLING.test(auth.authenticator)) return 'auth';
  const pairs = Array.isArray(headers) ? headers.map(header => [header?.name, header?.value]) : Object.entries(headers ?? {});
  const secret = pairs.find(([, value]) => /(^|[^$])(\$\$)*\$\{(env|file):(?!(POD_IP|NODE_NAME)\})/.test(String(value)));
  return secret === undefined ? undefined : `headers.${String(secret[0])}`;
}

/** Where an exporter says that it sends plain text; undefined where it does not. */
function plaintextOf(id: string, exporter: Fields): string[] | undefined {
  const endpoint = ['traces_endpoint', 'endpoint'].find(key => typeof exporter[key] === 'string');
  const scheme = endpoint === undefined ? undefined : /^(\w+):\/\//.exec(exporter[endpoint])?.[1];
  if (scheme === 'http') return [endpoint!];
  return id.split('/')[0] === 'otlp_grpc' && scheme !== 'https' && exporter.tls?.insecure === true ? ['tls', 'insecure'] : undefined;
}
