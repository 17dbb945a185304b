import { UsageError } from './options';

/** How many rows, traces or the like. */
export function countOption(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${option} (${text}) must be a number from 1 to 999999`);
  return Number(text);
}
