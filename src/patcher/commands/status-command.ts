import { parseArgs } from 'util';
import { thisNode } from './this-node';
import { formatEndpoint, parseEndpoint } from '../../patch-spec/endpoint';
import { CONFIG_DIRECTORY, MANIFESTS_DIRECTORY } from '../../patch-spec/layout';
import { matches } from '../apply/health';
import { isUnfinished, JournalFile } from '../apply/journal';
import { Node, StopRequest } from '../apply/node';
import { readManifests } from '../apply/run';
import { lastFlag, readCommandLine } from '../plan/command-line';
import { manifestOf } from '../plan/directory';
import { Component } from '../plan/plan';
import { Refused } from '../plan/refusal';
import { endpointOf } from '../plan/tracing-configuration';

export const STATUS_USAGE = `usage: cdk8s-control-plane-tracing status [--endpoint IP:PORT]

On a control-plane node, as root: says whether its components send spans, and where to. Changes nothing.

  --endpoint IP:PORT    where they should send them; the cluster IP of the collector's Service is in
                        kubectl -n control-plane-tracing get service

exit status: 0 as it should be, 1 not (or an earlier run was interrupted), above 1 it cannot be said
`;

export type StatusEnd = 'as it should be' | 'not as it should be' | 'unknown';

export async function statusCommand(args: readonly string[], stop: StopRequest, print: (line: string) => void): Promise<StatusEnd> {
  const node = thisNode(stop, print);
  try {
    const { values } = parseArgs({ args: args.filter(arg => arg !== '--help'), options: { endpoint: { type: 'string' } } });
    if (args.includes('--help')) {
      print(STATUS_USAGE);
      return 'as it should be';
    }
    const wanted = values.endpoint === undefined ? undefined : formatEndpoint(parseEndpoint('--endpoint', values.endpoint));
    const journal = new JournalFile(node, CONFIG_DIRECTORY).read();
    const components = (['kube-apiserver', 'etcd'] as const).map(component => look(node, component, wanted, print));
    if (journal) print('last change: ' + journal.phase + (journal.reason ? ' (' + journal.reason + ')' : ''));
    if (isUnfinished(journal)) print('it was interrupted: a new run brings it to its end');
    return components.every(ok => ok) && !isUnfinished(journal) ? 'as it should be' : 'not as it should be';
  } catch (e) {
    if (!(e instanceof Refused)) print((e as Error).message);
    else print(e.refusal.at + ': ' + e.refusal.message);
    return 'unknown';
  }
}

/** @returns whether the component sends its spans where they should go, as far as that was said */
function look(node: Node, component: Component, wanted: string | undefined, print: (line: string) => void): boolean {
  const manifest = manifestOf(readManifests(node.files, MANIFESTS_DIRECTORY), component);
  if (!manifest) {
    print(component + ': not a static pod of this node');
    return true;
  }
  const line = readCommandLine(manifest, component);
  const config = lastFlag(line, 'tracing-config-file')?.value;
  const endpoint = component === 'etcd'
    ? (lastFlag(line, 'distributed-tracing-address') ?? lastFlag(line, 'experimental-distributed-tracing-address'))?.value
    : config && endpointOf(node.files.readIfThere(config)?.text ?? '');
  const argv = [...line.container.command ?? [], ...line.container.args ?? []];
  const running = node.processes.named(component).some(p => matches(p, argv));
  const stale = endpoint !== undefined && endpoint !== '' && wanted !== undefined && endpoint !== wanted;
  print(component + ': ' + (endpoint ? 'sends spans to ' + endpoint : 'tracing is off')
    + (stale ? ', but the collector is at ' + wanted + ': its Service was created anew? Ask for a new run' : '')
    + (running ? '' : '; no process runs with the flags of ' + manifest.file));
  return running && !stale && (wanted === undefined || Boolean(endpoint));
}
