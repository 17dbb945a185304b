import { createRequire } from 'node:module';
import * as path from 'node:path';

/** As much of jest-circus, which collects and runs jest's tests, as is used. */
export interface Circus {
  run(): Promise<unknown>;
  getState(): { readonly rootDescribeBlock: Block; testTimeout: number; readonly unhandledErrors: unknown[] };
  addEventHandler(handler: (event: { readonly name: string; readonly test?: Test }) => void): void;
}

export interface Test {
  readonly type: 'test';
  readonly name: string;
  readonly parent: Block;
  readonly errors: unknown[];
  mode?: string | null;
}

export interface Block {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly parent?: Block;
  children: readonly (Test | Block)[];
}

/** A changed program may wait for something that never comes. */
const TEST_TIMEOUT = 8_000;

/** jest's own parts, wherever the package manager has put them, and their functions as the globals that tests use. */
export function bridge(): Circus {
  const within = (from: NodeJS.Require, name: string) => createRequire(from.resolve(name));
  const nearJest = within(createRequire(path.resolve('package.json')), 'jest');
  const nearConfig = within(within(nearJest, '@jest/core'), 'jest-config');
  const nearCircus = within(nearConfig, 'jest-circus');
  const circus = nearConfig('jest-circus') as Circus;
  const { expect } = nearCircus('expect') as { readonly expect: unknown };
  const { fn, spyOn } = nearCircus('jest-mock') as { readonly fn: unknown; readonly spyOn: unknown };
  Object.assign(globalThis, circus, { expect, jest: { fn, spyOn, requireActual: createRequire(__filename) } });
  circus.getState().testTimeout = TEST_TIMEOUT;
  return circus;
}

export function testsOf(item: Test | Block): Test[] {
  return item.type === 'test' ? [item] : item.children.flatMap(testsOf);
}

export function fullName(item: Test | Block): string {
  const { parent } = item;
  return parent?.parent ? `${fullName(parent)} ${item.name}` : item.name;
}

export function messageOf({ errors }: Test): string {
  const [first] = errors.flat() as readonly (Error | undefined)[];
  return String(first?.message ?? first).slice(0, 300);
}
