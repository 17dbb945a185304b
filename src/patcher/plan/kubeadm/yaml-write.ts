import { isRecord } from '../../../patch-spec/is-record';

/** Values as YAML. Texts are quoted unless every reader takes them for texts. The bundle has the reading half of the YAML library alone. */

export function blockLines(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(item => (isEmpty(item) ? [flowText(item)] : blockLines(item)).map((line, i) => (i === 0 ? '- ' : '  ') + line));
  }
  if (!isRecord(value)) return [flowText(value)];
  return Object.entries(value).flatMap(([key, field]) => {
    if (isEmpty(field) || !isRecord(field) && !Array.isArray(field)) return [`${flowText(key)}: ${flowText(field)}`];
    return [`${flowText(key)}:`, ...blockLines(field).map(line => (Array.isArray(field) ? '' : '  ') + line)];
  });
}

export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (isRecord(value)) return `{${Object.entries(value).map(([key, field]) => `${flowText(key)}: ${flowText(field)}`).join(', ')}}`;
  return typeof value === 'string' && PLAIN.test(value) && !WORD.test(value) ? value : JSON.stringify(value);
}

const PLAIN = /^[A-Za-z/][A-Za-z0-9._/-]*$/;
/** What YAML 1.1 takes for something else. */
const WORD = /^(y|n|yes|no|on|off|true|false|null)$/i;

function isEmpty(value: unknown): boolean {
  return (isRecord(value) || Array.isArray(value)) && Object.keys(value).length === 0;
}
