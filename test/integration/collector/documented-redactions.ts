import * as fs from 'node:fs';
import * as path from 'node:path';
import { SpanRedaction } from '../../../src';

const PAGE = path.join(__dirname, '../../../docs/explanation/what-traces-hold.md');

/** The redactions that the documentation shows, run as they are written there. */
export function documentedRedactions(): SpanRedaction[] {
  const list = /redactions: (\[[^\]]+objectNames[^\]]+\])/.exec(fs.readFileSync(PAGE, 'utf8'))![1];
  return new Function('SpanRedaction', `return ${list};`)(SpanRedaction) as SpanRedaction[];
}
