import * as fc from 'fast-check';
import { CORPUS } from '../../../support/fixtures/manifests/corpus';

/** Hand edits that keep a manifest one that kubelet takes. Each gets a number that picks the place. */
const HARMLESS: readonly ((text: string, n: number) => string)[] = [
  (text, n) => onLine(text, n, line => `${line}   # note ${n}`, line => !/[|>]-?$|^\s*#|^\s*$/.test(line)),
  (text, n) => onLine(text, n, line => `\n${line}`),
  (text, n) => onLine(text, n, line => `# --v=9 ${n}\n${line}`),
  (text, n) => onLine(text, n, line => line.replace(/^( *- )(-[^"'#]*[^"'#\s:])$/, n % 2 ? '$1"$2"' : "$1'$2'"), isPlainFlag),
  (text, n) => onLine(text, n, line => `${line}\n${/^ */.exec(line)![0]}- --extra-flag-${n}=x`, isPlainFlag),
  (text, n) => onLine(text, n, line => line.replace(/^( *)- (--[a-z-]+)=([^"'#]*[^"'#\s])$/, '$1- $2\n$1- "$3"'), isPlainFlag),
  text => (text.includes('name: extra') ? text : text.replace(/^( *)volumes:(\r?\n)( *)- /m, '$1volumes:$2$3- name: extra$2$3  emptyDir: {}$2$3- ')),
  text => (text.includes('/extra:') ? text : text.replace(/^( *)annotations:(\r?\n)( *)/m, '$1annotations:$2$3example.com/extra: "yes"$2$3')),
  text => text.replace(/\n$/, ''),
  text => `${text}\n`,
  text => (text.includes('\r') ? text : text.replaceAll('\n', '\r\n')),
  text => (text.startsWith('\uFEFF') || text.startsWith('%') ? text : `\uFEFF${text}`),
];

/** Edits that often break a manifest. */
const HARMFUL: readonly ((text: string, n: number) => string)[] = [
  (text, n) => text.slice(0, n % (text.length + 1)),
  (text, n) => onLine(text, n, () => ''),
  (text, n) => onLine(text, n, line => ` ${line}`),
  (text, n) => onLine(text, n, line => `${line}\n${line}`),
  (text, n) => onLine(text, n, line => line.replace(/^ /, '\t')),
  (text, n) => text.slice(0, n % (text.length + 1)) + '{}[]&*!|>%@`"\'#:-?,\n\t\0 \uFEFF'[n % 25] + text.slice(n % (text.length + 1)),
  (text, n) => onLine(text, n, line => line.replace(/: .*/, `: ${['null', '~', '[]', '{}', '5', 'yes', '|', '*a', '&a b', '!!int 3'][n % 10]}`)),
  (text, n) => onLine(text, n, line => line.replace(/- .*/, `- ${['null', '- a', '[a]', 'a: b', '--', '-', '--v', '5', 'on'][n % 9]}`)),
];

/** A manifest of the corpus after some hand edits. */
export const harmlessEdits = edited(HARMLESS, 4);
export const harmfulEdits = edited([...HARMFUL, ...HARMLESS], 4);

export const anyManifest = fc.constantFrom(...CORPUS.flatMap(node => [
  { component: 'kube-apiserver' as const, text: node.apiServer },
  ...node.etcd === undefined ? [] : [{ component: 'etcd' as const, text: node.etcd }],
]));

export type HandEdit = (text: string) => string;

function edited(edits: readonly ((text: string, n: number) => string)[], maxLength: number): fc.Arbitrary<HandEdit> {
  return fc.array(fc.tuple(fc.nat(edits.length - 1), fc.nat(1_000_000)), { maxLength })
    .map(chosen => {
      const edit = (text: string) => chosen.reduce((t, [i, n]) => edits[i]!(t, n), text);
      return Object.assign(edit, { toString: () => JSON.stringify(chosen) });
    });
}

/** Changes one line, the n-th of those that fit. Lines keep their ends. */
function onLine(text: string, n: number, change: (line: string) => string, fits: (line: string) => boolean = () => true): string {
  const lines = text.split('\n').map(line => [line.replace(/\r$/, ''), line.endsWith('\r') ? '\r' : ''] as const);
  const candidates = lines.flatMap(([line], i) => fits(line) && !inBlockScalar(lines.map(l => l[0]), i) ? [i] : []);
  if (candidates.length === 0) return text;
  const at = candidates[n % candidates.length]!;
  return lines.map(([line, end], i) => (i === at ? change(line).split('\n').join(`${end}\n`) : line) + end).join('\n');
}

/** A comment or an empty line inside a block scalar would be text. */
function inBlockScalar(lines: readonly string[], at: number): boolean {
  const before = lines.slice(0, at + 1).reverse();
  return before.slice(0, 3).some(line => /[|>]-?$/.test(line));
}

function isPlainFlag(line: string): boolean {
  return /^ *- -[^"'#]*$/.test(line) && !line.includes(': ');
}
