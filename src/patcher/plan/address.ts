import { isIpAddress } from '../../patch-spec/endpoint';

/** The 128 bits of an address, of an IPv4 one as IPv6 maps it, so that both spellings are the same; undefined for anything else. */
export function addressBits(text: string): string | undefined {
  if (!isIpAddress(text)) return undefined;
  if (!text.includes(':')) return '0'.repeat(80) + '1'.repeat(16) + text.split('.').map(part => bits(Number(part), 8)).join('');
  // The URL standard spells every IPv6 address in hexadecimal groups.
  const [head, tail = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::') as [string, string?];
  const groups = (part: string) => (part === '' ? [] : part.split(':').map(group => parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail)];
  const zeroes = Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeroes, ...after].map(group => bits(group, 16)).join('');
}

function bits(number: number, width: number): string {
  return number.toString(2).padStart(width, '0');
}
