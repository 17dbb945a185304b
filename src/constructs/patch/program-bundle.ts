import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** Where the build leaves the patch program; the same depth from `src` and from `lib`. */
const BUNDLE = path.join(__dirname, '../../../assets/patcher/main/program.js');

/**
 * Client-side apply keeps a copy of an object in an annotation that is limited to 262,144 bytes, and the escaping of that copy needs room too.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go
 */
const MAX_CONFIG_MAP_BYTES = 200_000;
/** What the object has around its data: names, labels, annotations. */
const METADATA_BYTES = 4_000;

let cached: string | undefined;

/** Patch program as one file that unpacks and runs itself. */
export function readProgramBundle(file: string = BUNDLE): string {
  if (file === BUNDLE && cached !== undefined) {
    return cached;
  }
  if (!existsSync(file)) {
    throw new Error(`the patch program is missing (${file}); in a checkout, "npx projen bundle" builds it`);
  }
  const text = readFileSync(file, 'utf8');
  if (file === BUNDLE) {
    cached = text;
  }
  return text;
}

/** Fails where the ConfigMap could not be applied by plain `kubectl apply`. */
export function checkProgramSize(data: Record<string, string>): void {
  const bytes = Buffer.byteLength(JSON.stringify(data)) + METADATA_BYTES;
  if (bytes > MAX_CONFIG_MAP_BYTES) {
    throw new Error(`the ConfigMap of the patch program would have ${bytes} bytes as JSON, and must have at most ${MAX_CONFIG_MAP_BYTES}: `
      + '"kubectl apply" keeps a copy of it in an annotation of limited size');
  }
}
