import { Fields } from './collector-config';
import { isHeaderName, isOfTransport } from '../exporters/otlp-headers';
import { refuse } from '../kit/check';

/** Refuses headers of an exporter that meet in one: the backend would see one of them, and nobody knows which. */
export function checkHeaders(config: Fields, propOf: (path: readonly string[]) => string): void {
  for (const [id, exporter] of Object.entries<Fields | null>(config.exporters ?? {})) {
    const seen = new Set<string>();
    for (const header of namesOf(exporter?.headers)) {
      const refuseIt = (rule: string): never => refuse(propOf(['exporters', id, 'headers', header]), `exporters.${id}.headers.${header}`, rule);
      const name = header.toLowerCase();
      if (!isHeaderName(id.split('/')[0]!, header)) refuseIt(`be the name of a header, of letters, digits, "-" and "_"${header.includes('${') ? ': references are not resolved there' : ''}`);
      if (seen.has(name)) refuseIt('appear once: headers that differ in case are the same');
      if (name === 'authorization' && exporter?.auth !== undefined) {
        refuseIt(`be left out where exporters.${id}.auth is given: both are the header Authorization`);
      }
      if (isOfTransport(id.split('/')[0]!, header)) refuseIt('be left out: the exporter writes this header itself');
      seen.add(name);
    }
  }
}

/** A map, or a list of names and values. */
function namesOf(headers: unknown): string[] {
  if (Array.isArray(headers)) return headers.map(header => String((header as Fields | null)?.name));
  return typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
}
