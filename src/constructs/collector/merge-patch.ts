import { Fields } from './collector-config';

/** A JSON merge patch. https://www.rfc-editor.org/rfc/rfc7396 */
export function mergePatch(target: Fields, patch: Fields): Fields {
  const merged: { [key: string]: any } = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    // What JavaScript leaves undefined says nothing, as in JSON.
    if (value === undefined) continue;
    if (value === null) {
      delete merged[key];
    } else if (isFields(value)) {
      merged[key] = mergePatch(isFields(merged[key]) ? merged[key] : {}, value);
    } else {
      merged[key] = value;
    }
  }
  return merged;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
