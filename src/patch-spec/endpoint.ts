/** An address that the components dial: `IP:port`, IPv6 in brackets. Never a name: static pods have no cluster DNS. */
export interface Endpoint {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The endpoint, or one sentence fragment that says what is wrong with it. */
export function parseEndpoint(text: string): Endpoint | string {
  if (text.includes('//')) return 'must be IP:port without a scheme, such as 10.96.0.50:4317';
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text);
  if (!parts) {
    return isIpAddress(text) || isIpAddress(text.replace(/^\[|\]$/g, ''))
      ? 'must name a port as well (IPv6 in brackets), such as 10.96.0.50:4317 or [fd00::50]:4317'
      : 'must be IP:port (IPv6 in brackets), such as 10.96.0.50:4317 or [fd00::50]:4317';
  }
  const [, v6, v4, digits] = parts as unknown as [string, string | undefined, string | undefined, string];
  if (v6 === undefined ? !isIpv4(v4!) : !isIpv6(v6)) {
    return 'must hold an IP address, because static pods cannot resolve the names of Services, such as 10.96.0.50:4317';
  }
  const host = v6 ?? v4!;
  if (/^[0.:]+$/.test(host)) return 'must be an address that something listens on, not the unspecified one';
  const port = Number(digits);
  if (digits.startsWith('0') || port > 65535) return 'must have a port from 1 to 65535';
  return { host, port };
}

/** IPv6 without brackets. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function isIpv6(text: string): boolean {
  // The URL standard has the one IPv6 parser that every runtime brings along; it takes neither zones nor prefixes.
  return text.includes(':') && URL.canParse('otlp://[' + text + ']');
}
