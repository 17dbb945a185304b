/** An address that the components dial. Never a name: static pods have no cluster DNS. */
export interface Endpoint {
  /** An IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Throws an error that names what holds the text, the text itself and what is allowed. */
export function parseEndpoint(name: string, text: string): Endpoint {
  const fail = (rule: string): never => { throw new Error(`${name} (${text}) must ${rule}`); };
  if (text.includes('//')) return fail('be IP:port without a scheme, such as 10.96.0.50:4317');
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text);
  if (!parts) {
    return fail(isIpAddress(text) || isIpAddress(text.replace(/^\[|\]$/g, ''))
      ? 'name a port as well (IPv6 in brackets), such as 10.96.0.50:4317 or [fd00::50]:4317'
      : 'be IP:port (IPv6 in brackets), such as 10.96.0.50:4317 or [fd00::50]:4317');
  }
  const [, v6, v4, digits] = parts as unknown as [string, string | undefined, string | undefined, string];
  if (v6 === undefined ? !isIpv4(v4!) : !isIpv6(v6)) {
    return fail('hold an IP address, because static pods cannot resolve the names of Services, such as 10.96.0.50:4317');
  }
  const host = v6 ?? v4!;
  if (!isDialable(host)) return fail('be an address that something listens on, not the unspecified one');
  const port = Number(digits);
  if (digits.startsWith('0') || port > 65535) return fail('have a port from 1 to 65535');
  return { host, port };
}

/** `IP:port`, IPv6 in brackets: what flags and the TracingConfiguration take. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** IPv6 without brackets. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** An IP address, and not the unspecified one. */
export function isDialable(host: string): boolean {
  return isIpAddress(host) && !/^[0.:]+$/.test(host);
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function isIpv6(text: string): boolean {
  // The URL standard has the one IPv6 parser that every runtime brings along; it takes neither zones nor prefixes.
  return text.includes(':') && URL.canParse(`otlp://[${text}]`);
}
