import { addressBits } from './address';
import { CommandLine } from './command-line';
import { environmentOf, EnvironmentVariable } from './environment';
import { Manifest } from './manifest';
import { Component } from './plan';
import { Endpoint } from '../../patch-spec/endpoint';

/**
 * kubeadm copies the proxy variables of its own shell into the pods, and gRPC takes HTTPS_PROXY for every address, also without TLS
 * (https://github.com/grpc/grpc-go/blob/master/Documentation/proxy.md, https://github.com/kubernetes/kubeadm/issues/666).
 * Go reads neither ALL_PROXY nor, for gRPC, HTTP_PROXY.
 */
export function proxyNotes(manifest: Manifest, component: Component, line: CommandLine, { host, port }: Endpoint): string[] {
  const variables = environmentOf(line.container);
  const proxy = firstSet(variables, ['HTTPS_PROXY', 'https_proxy']);
  if (!proxy || isLoopback(host)) return [];
  const exceptions = firstSet(variables, ['NO_PROXY', 'no_proxy']);
  if (exceptions && (exceptions.value === undefined || covers(exceptions.value, host, port))) return [];
  const at = ({ index }: EnvironmentVariable) => manifest.at(manifest.find([...line.path, 'env', index]) ?? 0);
  const cure = exceptions ? `add ${host} to ${exceptions.name} (${at(exceptions)})` : `add the variable NO_PROXY with the value ${host} beside it`;
  return [`${component}: ${proxy.name} (${at(proxy)}) sends the spans to a proxy, because ${exceptions ? `${exceptions.name} does not cover` : 'no NO_PROXY covers'} ${host}: `
    + `${cure}, and do the same in the environment that kubeadm is started in, which it copies into the pods`];
}

/** Upper case first; an empty one counts as none. */
function firstSet(variables: ReadonlyMap<string, EnvironmentVariable>, names: readonly string[]): EnvironmentVariable | undefined {
  return names.flatMap(name => variables.get(name) ?? []).find(({ value }) => value !== '');
}

/** The rules of golang.org/x/net/http/httpproxy for an address, name ends included: `.0.77` covers 10.96.0.77. */
function covers(exceptions: string, host: string, port: number): boolean {
  return exceptions.split(',').map(entry => entry.trim().toLowerCase()).some(entry => {
    if (entry === '*') return true;
    const [, network, length] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
    if (network !== undefined && addressBits(network)) return contains(network, Number(length), host);
    const [, bracketed, plain, entryPort] = /^(?:\[(.*)\]|([^:]*)):([^:]*)$/.exec(entry) ?? [];
    const name = bracketed ?? plain ?? entry;
    if (name === '' || (entryPort !== undefined && entryPort !== '' && entryPort !== String(port))) return false;
    if (addressBits(name)) return addressBits(name) === addressBits(host);
    const suffix = name.replace(/^\*\./, '.');
    return host.endsWith(suffix.startsWith('.') ? suffix : `.${suffix}`);
  });
}

function contains(network: string, length: number, host: string): boolean {
  const longest = network.includes(':') ? 128 : 32;
  return length <= longest && addressBits(host)!.startsWith(addressBits(network)!.slice(0, 128 - longest + length));
}

/** Go never asks a proxy for these. */
function isLoopback(host: string): boolean {
  return contains('127.0.0.0', 8, host) || contains('::1', 128, host);
}
