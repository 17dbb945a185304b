/**
 * The words of a log line or an error are not mutated: whether a sentence says "renamed" or nothing at all restarts no component, and tests of
 * every word would only repeat the sentences. What such a call does apart from its words still is.
 */

/** As much of Babel's paths as is used. */
interface Path {
  readonly node: { readonly type: string; readonly callee?: Callee };
  readonly parentPath: Path | null;
}

interface Callee {
  readonly type: string;
  readonly name?: string;
  readonly property?: { readonly name?: string };
}

const TALKS = ['log', 'Error', 'UnsafePathError'];

function shouldIgnore({ node, parentPath }: Path): string | undefined {
  if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined;
  let above = parentPath;
  // Part of a longer sentence.
  while (above?.node.type === 'BinaryExpression') above = above.parentPath;
  const callee = above?.node.callee;
  const name = callee?.type === 'MemberExpression' ? callee.property?.name : callee?.name;
  return name !== undefined && TALKS.includes(name) ? 'words of a message' : undefined;
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: { shouldIgnore } }];
