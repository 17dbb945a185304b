const MAX_FIELD = 32 * 1024;

/** The fields of an object in JSON that tell one Pod from another, found without decoding the rest; undefined where it is no single object. */
export function jsonHeader(text: string): unknown {
  const fields: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '"') at = endOfString(text, at);
    if (sign === '{' || sign === '[') depth++;
    if (sign === '}' || sign === ']') depth--;
    if (depth === 1 && (sign === '{' || sign === ',') || depth === 0) {
      if (at - from <= MAX_FIELD && /^\s*"(?:apiVersion|kind|metadata)"/.test(text.slice(from, from + 100))) fields.push(text.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) return text.slice(at + 1).trim() === '' ? parsed(`{${fields.join(',')}}`) : undefined;
  }
  return undefined;
}

/** The place of the quote that ends it. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
