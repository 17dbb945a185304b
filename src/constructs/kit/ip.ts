import { isIPv4, isIPv6 } from 'node:net';
import { checkString, refuse } from './check';

/** Addresses as Kubernetes 1.36 and later take them. https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation */

/** Addresses that no Service can have: their first bits, how many bits they have, and what they are. */
const SPECIAL: readonly (readonly [prefix: string, length: number, kind: string])[] = [
  ['01111111', 32, 'a loopback address'],
  ['1010100111111110', 32, 'a link-local address'],
  ['1110', 32, 'a multicast address'],
  ['1'.repeat(32), 32, 'the broadcast address'],
  ['1'.padStart(128, '0'), 128, 'the loopback address'],
  ['1111111010', 128, 'a link-local address'],
  ['11111111', 128, 'a multicast address'],
];

/** @returns the CIDR in its canonical form */
export function checkCidr(prop: string, value: unknown): string {
  const text = checkString(prop, value);
  const [, ip = '', digits = ''] = /^([^/]+)\/(\d+)$/.exec(text) ?? [];
  const bits = toBits(prop, ip);
  const length = Number(digits);
  if (bits === undefined || length > bits.length) return refuse(prop, text, 'be a CIDR, such as 192.168.0.0/28 or fd00::/64');
  const network = `${fromBits(bits.slice(0, length).padEnd(bits.length, '0'))}/${length}`;
  if (bits.slice(length).includes('1')) {
    refuse(prop, text, `have no bits after its first ${length}, which the API server refuses: ${network} is the network, ${fromBits(bits)}/${bits.length} the one address`);
  }
  return String(length) === digits ? network : refuse(prop, text, `have a length without leading zeros: ${network}`);
}

/** @returns the address in its canonical form */
export function checkServiceIp(prop: string, value: unknown): string {
  const text = checkString(prop, value);
  const bits = toBits(prop, text);
  if (bits === undefined || !bits.includes('1')) return refuse(prop, text, 'be an IP address, such as 10.96.0.50');
  const kind = SPECIAL.find(([prefix, length]) => bits.length === length && bits.startsWith(prefix))?.[2];
  return kind === undefined ? fromBits(bits) : refuse(prop, text, `be an address of the cluster's service range, such as 10.96.0.50, and it is ${kind}`);
}

/** The address as zeros and ones; undefined where it is none. */
function toBits(prop: string, ip: string): string | undefined {
  if (isIPv4(ip)) return ip.split('.').map(part => Number(part).toString(2).padStart(8, '0')).join('');
  if (!isIPv6(ip) || ip.includes('%')) return undefined;
  const bits = groupsOf(ip).map(group => group.toString(2).padStart(16, '0')).join('');
  const mapped = /^0{80}1{16}([01]{32})$/.exec(bits)?.[1];
  return mapped === undefined ? bits : refuse(prop, ip, `not be an IPv4 address in IPv6 notation: ${fromBits(mapped)}`);
}

function groupsOf(ip: string): number[] {
  const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map(part => part === '' ? [] : part.split(':').map(group => parseInt(group, 16)));
  return tail === undefined ? before! : [...before!, ...Array<number>(8 - before!.length - after!.length).fill(0), ...after!];
}

function fromBits(bits: string): string {
  const parts = (size: number) => [...bits.matchAll(new RegExp(`[01]{${size}}`, 'g'))].map(([part]) => parseInt(part, 2));
  return bits.length === 32 ? parts(8).join('.') : new URL(`http://[${parts(16).map(group => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}
