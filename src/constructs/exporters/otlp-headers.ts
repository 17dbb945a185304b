import { checkHeaderName, checkPlainHeaders, HEADER_NAME } from './literal-secrets';
import { OtlpExporterOptions } from './otlp-exporter-options';
import { checkSecretRef, SecretRef } from './secret-ref';
import { checkList, checkObject, checkString, refuse } from '../kit/check';

export interface RenderedHeaders {
  readonly config: { readonly [header: string]: string };
  readonly env: { readonly [variable: string]: SecretRef };
}

/** The headers of every request: what is secret as a reference to the environment. */
export function renderHeaders(type: string, name: string, options: OtlpExporterOptions): RenderedHeaders {
  const { plainHeaders = {}, secretHeaders = {}, notSecret = [] } = options;
  checkPlainHeaders('plainHeaders', plainHeaders, checkList('notSecret', notSecret, checkString));
  const idle = notSecret.find(other => !Object.keys(plainHeaders).some(header => header.toLowerCase() === other.toLowerCase()));
  if (idle !== undefined) refuse('notSecret', idle, "be the name of one of 'plainHeaders'");
  const secrets = Object.entries(checkObject('secretHeaders', secretHeaders)).map(([header, secret]) => {
    checkHeaderName('secretHeaders', header);
    return { header, variable: secretVariable(name, header), secret: checkSecretRef(`secretHeaders.${header}`, secret) };
  });
  checkHeaders(type, Object.keys(plainHeaders), secrets.map(({ header }) => header), options);
  return {
    config: {
      // The Collector reads `$` as the start of a reference, and `$$` as `$`.
      ...Object.fromEntries(Object.entries(plainHeaders).map(([header, value]) => [header, value.replace(/\$/g, '$$$$')])),
      ...Object.fromEntries(secrets.map(({ header, variable }) => [header, `\${env:${variable}}`])),
    },
    env: Object.fromEntries(secrets.map(({ variable, secret }) => [variable, secret])),
  };
}

/**
 * The name of the environment variable that carries a secret of an exporter. No two headers of an exporter have the same one: a dash becomes
 * `_`, and what else a variable cannot hold a lower-case `x` with two hexadecimal digits.
 */
export function secretVariable(name: string, header: string): string {
  return `SECRET_${[name, header].map(part => part.toUpperCase().replace(/[^A-Z0-9-]/g, hex).replace(/-/g, '_')).join('_')}`;
}

/** Headers have one spelling, whatever the case: of two the backend would see one, and nobody knows which. */
function checkHeaders(type: string, plain: readonly string[], secret: readonly string[], options: OtlpExporterOptions): void {
  const seen = new Set<string>();
  for (const [prop, header] of [...plain.map(key => ['plainHeaders', key] as const), ...secret.map(key => ['secretHeaders', key] as const)]) {
    const key = header.toLowerCase();
    if (seen.has(key)) {
      refuse(prop, header, prop === 'secretHeaders' && !secret.some(other => other !== header && other.toLowerCase() === key)
        ? "appear once, and not in 'plainHeaders' too"
        : 'appear once: headers that differ in case are the same');
    }
    if (key === 'authorization' && options.bearerToken !== undefined) {
      refuse(prop, header, "be left out where 'bearerToken' is given: both are the header Authorization");
    }
    if (!isHeaderName(type, header)) {
      refuse(prop, header, 'have keys of letters, digits, "-", "_" or ".": gRPC takes no others');
    }
    if (isOfTransport(type, key)) refuse(prop, header, 'be left out: the exporter writes this header itself');
    seen.add(key);
  }
}

/** gRPC takes fewer characters than HTTP does. */
export function isHeaderName(type: string, header: string): boolean {
  return type === 'otlp_grpc' ? /^[0-9A-Za-z_.-]+$/.test(header) : HEADER_NAME.test(header);
}

/** Headers that say how a request is sent: a value of one's own breaks the request, or is not sent. */
export function isOfTransport(type: string, header: string): boolean {
  const name = header.toLowerCase();
  return /^(content-(type|encoding|length)|transfer-encoding|connection|keep-alive|te|trailer|upgrade)$/.test(name)
    || type === 'otlp_grpc' && /^(grpc-.*|user-agent)$/.test(name);
}

function hex(character: string): string {
  return `x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
