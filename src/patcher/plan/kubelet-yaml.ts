import { Document, isCollection, isScalar, visit } from 'yaml';

export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

/** What kubelet's YAML reader does not take (https://github.com/kubernetes-sigs/yaml, goyaml.v2), though ours does. */
export function kubeletProblem(text: string, doc: Document): YamlProblem | undefined {
  return unprintable(text) ?? tab(text, doc);
}

/** The first character that no YAML of kubelet's may hold, wherever it stands. */
export function unprintable(text: string): YamlProblem | undefined {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const control = /[^\t\n\r\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(text.slice(start));
  if (control) {
    const code = control[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return { offset: start + control.index, message: `the control character U+${code} is not allowed in YAML, also in comments: remove it` };
  }
  const lineBreak = /[\x85\u2028\u2029]/.exec(text);
  return lineBreak ? { offset: lineBreak.index, message: 'a line break that only YAML 1.1 has (U+0085, U+2028 or U+2029): remove it' } : undefined;
}

/** A tab before the first word of a line, or behind a dash, unless it is part of a text or lies between brackets. */
function tab(text: string, doc: Document): YamlProblem | undefined {
  const tabs = [...text.matchAll(/^(?:\uFEFF)? *(?:[-?] +)*([-?]?)\t/gm)].map(match => match.index + match[0].length - 1);
  if (tabs.length === 0) return undefined;
  // Both in the order of the text: there may be tens of thousands.
  const allowed = placesOfTabs(text, doc).sort(([a], [b]) => a - b);
  let next = 0;
  const offset = tabs.find(at => {
    while (next < allowed.length && allowed[next]![1] <= at) next++;
    return next === allowed.length || allowed[next]![0] > at;
  });
  return offset === undefined ? undefined : { offset, message: 'a tab where only spaces may stand (TAB_AS_INDENT): write spaces, or nothing on an empty line' };
}

function placesOfTabs(text: string, doc: Document): [number, number][] {
  const places: [number, number][] = [];
  visit(doc, {
    Node: (_, node) => {
      if (!node.range) return;
      const [from, to] = node.range;
      if (isCollection(node) ? node.flow : isScalar(node) && /^QUOTE/.test(String(node.type))) places.push([from, to]);
      if (isScalar(node) && /^BLOCK/.test(String(node.type))) places.push(...tabsInBlock(text, from, to));
    },
  });
  return places;
}

/** The first line of a block tells its indentation; tabs may stand only behind that. */
function tabsInBlock(text: string, from: number, to: number): [number, number][] {
  const header = text.indexOf('\n', from) + 1;
  const indent = /^(?: *\r?\n)*( *)/.exec(text.slice(header, to))![1]!.length;
  return [...text.slice(header, to).matchAll(/^( *)\t/gm)]
    .filter(match => indent > 0 && match[1]!.length >= indent)
    .map(match => [header + match.index, header + match.index + match[0].length]);
}

/** Deeper than any Pod, and so deep that the YAML library takes minutes, or ends the process: it is not asked about such a text. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (sign === '[' || sign === '{' ? 1 : -1));
    if (depth > 100) return true;
  }
  return /(?:[-?:][ \t]+){100}/.test(text);
}
