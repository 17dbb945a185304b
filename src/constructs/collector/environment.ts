import { looksSecret } from '../exporters/literal-secrets';
import { SpanExporterConfig } from '../exporters/span-exporter-config';
import { checkStringMap, refuse } from '../kit/check';

/** What the pods have of their own. Where a variable is there twice, the last one counts. */
export const OWN_VARIABLES: readonly string[] = ['POD_IP', 'NODE_NAME', 'GOMEMLIMIT'];

const DEFAULT_PORTS: { readonly [protocol: string]: number } = { 'http:': 80, 'https:': 443, 'socks5:': 1080, 'socks5h:': 1080 };

/** Checks plain values, which everybody who may read pods can read. */
export function resolveEnv(env: unknown = {}, notSecret: readonly string[] = []): { readonly [name: string]: string } {
  const checked = checkStringMap('env', env);
  const seen = new Set(OWN_VARIABLES);
  for (const [name, value] of Object.entries(checked)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse('env', name, 'have names that are letters, digits and "_", and do not begin with a digit');
    if (OWN_VARIABLES.includes(name)) refuse('env', name, 'leave this variable alone: the library sets it');
    if (looksSecret(name, value, notSecret)) {
      throw new Error(`'env.${name}' must hold no secret: everybody who may read pods could read it; if it is none, name it in 'notSecret'`);
    }
    const missing = [...value.replaceAll('$$', '').matchAll(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g)].map(([, other]) => other!).find(other => !seen.has(other) && !/_SERVICE_(HOST|PORT)/.test(other));
    if (missing !== undefined) {
      refuse(`env.${name}`, `$(${missing})`, `name a variable that stands before it in 'env', or ${[...seen].slice(0, 3).join(', ')}: kubelet resolves no other, and leaves the text`);
    }
    seen.add(name);
    if (isProxy(name) && value !== '' && proxyPort(value) === undefined) {
      refuse(`env.${name}`, value, 'be the URL of a proxy, such as http://proxy.example.com:3128');
    }
  }
  return checked;
}

/** The ports of the proxies that the collector sends through. */
export function proxyPorts(env: { readonly [name: string]: string }): number[] {
  return Object.entries(env).filter(([name, value]) => isProxy(name) && value !== '').map(([, value]) => proxyPort(value)!);
}

export function withoutProxies(env: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isProxy(name)));
}

/** Those that Go's HTTP and gRPC clients read. */
function isProxy(name: string): boolean {
  return /^https?_proxy$/i.test(name);
}

function proxyPort(value: string): number | undefined {
  // As Go reads it: without a scheme it is http.
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, port, hostname } = new URL(url);
  const known = DEFAULT_PORTS[protocol];
  return known === undefined || hostname === '' ? undefined : port === '' ? known : Number(port);
}

/** Refuses a variable that is set twice: the last one would count. */
export function checkVariables(env: { readonly [name: string]: string }, exporters: readonly SpanExporterConfig[]): void {
  const twice = exporters.flatMap(({ secretEnv = {} }) => Object.keys(secretEnv)).find(name => env[name] !== undefined);
  if (twice !== undefined) refuse('env', twice, 'be another variable: an exporter brings this one from a Secret');
}
