import { isScalar, Node, Scalar } from 'yaml';
import { Manifest } from './manifest';
import { Component } from './plan';
import { Container } from './pod';

/** The container that runs the component, and the flags it is started with. */
export interface CommandLine {
  readonly container: Container;
  /** `['spec', 'containers', 0]` */
  readonly path: readonly (string | number)[];
  /** What follows the program's name, in the order in which the program sees it. */
  readonly items: readonly Item[];
  readonly flags: readonly Flag[];
}

export interface Item {
  readonly list: 'command' | 'args';
  readonly index: number;
  readonly text: string;
  readonly node: Scalar;
}

export interface Flag {
  /** Without dashes, words joined by dashes. */
  readonly name: string;
  /** A flag without a value means true. */
  readonly value: string;
  /** The item that holds the value: the flag itself for `--flag=value`. */
  readonly item: Item;
  readonly form: 'one item' | 'two items';
}

const SHELLS = ['sh', 'bash', 'ash', 'dash', 'busybox', 'env'];

export function readCommandLine(manifest: Manifest, component: Component): CommandLine {
  const index = containerIndex(manifest, component);
  const path = ['spec', 'containers', index] as const;
  const container = manifest.pod.spec.containers[index]!;
  const items = (['command', 'args'] as const).flatMap(list => readItems(manifest, path, list)).slice(1);
  return { container, path, items, flags: readFlags(manifest, items) };
}

/** The last one wins, in pflag and in Go's flag package. */
export function lastFlag(line: CommandLine, name: string): Flag | undefined {
  return line.flags.filter(flag => flag.name === name).at(-1);
}

function containerIndex(manifest: Manifest, component: Component): number {
  const { containers } = manifest.pod.spec;
  const programs = containers.map(container => baseName(container.command?.[0]));
  const found = programs.flatMap((program, i) => program === component ? [i] : []);
  if (found.length === 1) return found[0]!;
  const at = (i: number) => manifest.find(['spec', 'containers', i, 'command']) ?? manifest.find(['spec', 'containers', i]) ?? 0;
  if (found.length > 1) manifest.refuse('several-containers', at(found[1]!), `more than one container runs ${component}`);
  const shell = programs.findIndex(program => SHELLS.includes(program));
  if (shell !== -1) {
    manifest.refuse('shell-wrapper', at(shell), `the container starts ${programs[shell]}, not ${component}: flags inside a script are not edited; start ${component} directly in "command"`);
  }
  const starts = containers.map(({ name, command }) => `container ${name} starts ${command?.[0] === undefined ? 'what its image says' : String(command[0])}`).join(', ');
  return manifest.refuse('no-container', at(0),
    `no container has a "command" that starts with ${component} (${starts}): write the program and its flags in "command", without another program in front`);
}

function readItems(manifest: Manifest, path: readonly (string | number)[], list: Item['list']): Item[] {
  const nodes = manifest.sequence([...path, list])?.items ?? [];
  return nodes.map((node: Node, index) => {
    if (!isScalar(node) || typeof node.value !== 'string') {
      return manifest.refuse('unexpected-shape', node, `an item of "${list}" is not a string, so kubelet would not take it: put it in quotes`);
    }
    return { list, index, text: node.value, node };
  });
}

function readFlags(manifest: Manifest, items: readonly Item[]): Flag[] {
  const flags: Flag[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    // klog's -v is the one shorthand of the API server: -v2, -v=2.
    const [, name, value] = /^-(v)=?(\d+)$/.exec(item.text) ?? /^--?([A-Za-z][^=]*)(?:=([^]*))?$/.exec(item.text) ?? [];
    if (name === undefined) {
      return manifest.refuse('not-a-flag', item.node, `${JSON.stringify(item.text)} is not a flag, and what follows it might not be read as flags: write --flag=value`);
    }
    const next = items[i + 1];
    const twoItems = value === undefined && next !== undefined && !next.text.startsWith('-');
    // kube-apiserver takes --feature_gates for --feature-gates.
    flags.push({
      name: name.replaceAll('_', '-'),
      value: value ?? (twoItems ? next.text : 'true'),
      item: twoItems ? next : item,
      form: twoItems ? 'two items' : 'one item',
    });
    if (twoItems) i++;
  }
  return flags;
}

function baseName(program: unknown): string {
  return typeof program === 'string' ? program.slice(program.lastIndexOf('/') + 1) : '';
}
