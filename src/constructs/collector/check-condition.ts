import { checkRegularExpression } from './re2';
import { refuse } from '../kit/check';

/** The pieces of a condition: a text, a name with its path, a number, an operator or a bracket. */
const PIECE = /"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*|0x[0-9a-fA-F]+|[0-9.]+|==|!=|<=|>=|[-+*/<>=()[\]{}:,]|\s+/y;
const PAIRS: { readonly [closing: string]: string } = { ')': '(', ']': '[', '}': '{' };
/** What a path begins with, so that the Collector knows what it is asked about. */
const CONTEXT = /^(span|spanevent|resource|scope|instrumentation_scope)\./;
/** After these something must follow. */
const OPEN = /^(and|or|not|==|!=|<|>|<=|>=|[-+*/,([{])$/;

/**
 * Refuses what is plainly no condition. The Collector knows the whole language, and does not start with what is none.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/ottl/LANGUAGE.md
 */
export function checkCondition(prop: string, condition: string): void {
  const pieces = piecesOf(prop, condition);
  const open: string[] = [];
  for (const piece of pieces) {
    if (Object.values(PAIRS).includes(piece)) open.push(piece);
    else if (PAIRS[piece] !== undefined && open.pop() !== PAIRS[piece]) refuse(prop, condition, `open what it closes with ${piece}`);
  }
  if (open.length > 0) refuse(prop, condition, `close what it opens with ${open.at(-1)!}`);
  if (OPEN.test(pieces.at(-1)!)) refuse(prop, condition, `go on after ${pieces.at(-1)!}`);
  if (!pieces.some(piece => CONTEXT.test(piece)) && !/IsRootSpan/.test(condition)) {
    refuse(prop, condition, 'name what it is about with its context, as span.name, span.attributes["a"] or resource.attributes["a"]');
  }
  if (!pieces.some(piece => /^(==|!=|<|>|<=|>=|[A-Z]\w*)$/.test(piece))) refuse(prop, condition, 'compare something, or call a function such as IsMatch');
  pieces.forEach((piece, index) => {
    const pattern = piece === 'IsMatch' ? pieces.slice(index).find(other => other.startsWith('"') && pieces[pieces.indexOf(other, index) + 1] === ')') : undefined;
    if (pattern !== undefined) checkRegularExpression(prop, textOf(pattern));
  });
}

function piecesOf(prop: string, condition: string): string[] {
  const pieces: string[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < condition.length) {
    const at = PIECE.lastIndex;
    const piece = PIECE.exec(condition)?.[0];
    if (piece === undefined) return refuse(prop, condition, `hold nothing that the language does not know, such as ${condition[at]!} at position ${at + 1}; texts are in double quotes`);
    if (piece.trim() !== '') pieces.push(piece);
  }
  return pieces;
}

function textOf(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(["\\])/g, '$1');
}
