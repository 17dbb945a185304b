import { CommandLine } from './command-line';
import { asProcessSees } from './environment';

/** Why there is no etcd manifest: etcd runs on other machines. Undefined when it runs here, but not as a static pod. */
export function externalEtcd(line: CommandLine, nodeName: string): string | undefined {
  // Repeated flags add up.
  const servers = values(line, 'etcd-servers', nodeName).flatMap(value => value.split(',')).map(url => url.trim()).filter(url => url !== '');
  if (servers.length === 0 || servers.some(url => isHere(url, ownAddresses(line, nodeName), nodeName))) return undefined;
  const named = servers.map(hostOf).filter(host => !isAddress(host));
  return `etcd runs elsewhere (${servers.join(', ')}): the plan is for the API server alone${
    named.length === 0 ? '' : `; ${named.join(', ')} cannot be resolved here: should it be this node, set up etcd's tracing where its flags come from`}`;
}

function isHere(url: string, own: readonly string[], nodeName: string): boolean {
  if (/^unixs?:/.test(url)) return true;
  const host = hostOf(url);
  if (isAddress(host)) return /^127\./.test(host) || ['::1', '::', '0.0.0.0'].includes(host) || own.includes(host);
  return /(?:^|\.)(?:localhost[46]?|localdomain[46]?|ip6-localhost|ip6-loopback)$/.test(host) || host === nodeName || host.split('.')[0] === nodeName || host === nodeName.split('.')[0];
}

/** What the API server says of its own machine: the addresses it names to others, binds to, and is probed at. */
function ownAddresses(line: CommandLine, nodeName: string): string[] {
  const probes = [line.container.startupProbe, line.container.readinessProbe, line.container.livenessProbe];
  return [...values(line, 'advertise-address', nodeName), ...values(line, 'bind-address', nodeName), ...probes.flatMap(probe => probe?.httpGet?.host ?? [])].map(canonical);
}

function values(line: CommandLine, name: string, nodeName: string): string[] {
  return line.flags.filter(flag => flag.name === name).map(flag => asProcessSees(line.container, flag.value, nodeName));
}

function hostOf(url: string): string {
  const authority = url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '').replace(/^.*@/, '');
  const [, bracketed, plain] = /^(?:\[(.*?)\]|([^:]*))/.exec(authority)!;
  return canonical(bracketed ?? plain!);
}

/** One spelling for one address: `fd00:0::2` and `FD00::2`, `::ffff:10.0.0.1` and `10.0.0.1`; a name in lower case. */
function canonical(host: string): string {
  const address = host.replace(/%.*$/, '');
  const url = (authority: string) => (URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`).hostname : authority);
  if (!address.includes(':')) return url(address).replace(/\.$/, '').toLowerCase();
  const v6 = url(`[${address}]`).replace(/^\[|\]$/g, '');
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(v6);
  if (!mapped) return v6;
  const [high, low] = mapped.slice(1).map(part => parseInt(part, 16)) as [number, number];
  return [Math.floor(high / 256), high % 256, Math.floor(low / 256), low % 256].join('.');
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}
