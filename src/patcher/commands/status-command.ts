import { certificatesValid } from './certificate-status';
import { endpointOption } from './intent-options';
import { fromDirectory } from './manifests-directory';
import { readOptions } from './options';
import { thisNode } from './this-node';
import { formatEndpoint } from '../../patch-spec/endpoint';
import { EXIT } from '../../patch-spec/exit-status';
import { CONFIG_DIRECTORY, MANIFESTS_DIRECTORY } from '../../patch-spec/layout';
import { matches } from '../apply/health';
import { isUnfinished, JournalFile } from '../apply/journal';
import { readManifests } from '../apply/manifest-directory';
import { sentence } from '../apply/outcome';
import { Host } from '../host/host';
import { StopRequest } from '../host/stop-request';
import { CommandLine, lastFlag, readCommandLine } from '../plan/command-line';
import { manifestOf } from '../plan/directory';
import { Component, ManifestFile } from '../plan/plan';
import { Refused } from '../plan/refusal';
import { endpointOf } from '../plan/tracing-configuration';

export const STATUS_USAGE = `usage: cdk8s-control-plane-tracing status [--endpoint IP:PORT]

On a control-plane node, as root: says whether its components send spans, and where to. Changes nothing.

  --endpoint IP:PORT    where they should send them; the cluster IP of the collector's Service is in
                        kubectl -n control-plane-tracing get service

exit status: 0 as it should be, 1 not (or an earlier run was interrupted), 10 it cannot be said, ${EXIT.usage} wrong usage
`;

/** @returns the exit status */
export async function statusCommand(
  args: readonly string[], stop: StopRequest, print: (line: string) => void, complain: (line: string) => void,
): Promise<number> {
  const { values } = readOptions(args, ['endpoint']);
  const wanted = values.endpoint === undefined ? undefined : formatEndpoint(endpointOption(values.endpoint));
  const host = thisNode(stop, print);
  try {
    const journal = new JournalFile(host, CONFIG_DIRECTORY).read();
    const manifests = fromDirectory(MANIFESTS_DIRECTORY, () => readManifests(host.files, MANIFESTS_DIRECTORY));
    const components = (['kube-apiserver', 'etcd'] as const).map(component => look(host, manifests, component, wanted, print));
    if (journal) print(`last change: ${journal.phase}${journal.reason ? ` (${journal.reason})` : ''}`);
    if (isUnfinished(journal)) print('it was interrupted: a new run brings it to its end');
    return components.every(ok => ok) && !isUnfinished(journal) ? 0 : 1;
  } catch (e) {
    const { code, at, message } = e instanceof Refused ? e.refusal : { code: 'unsafe-file', at: MANIFESTS_DIRECTORY, message: (e as Error).message };
    complain(sentence({ kind: 'refused', code, reason: `${at}: ${message}` }));
    return EXIT.refused;
  }
}

/** @returns whether the component sends its spans where they should go, as far as that was said */
function look(
  host: Host, manifests: readonly ManifestFile[], component: Component, wanted: string | undefined, print: (line: string) => void,
): boolean {
  const manifest = manifestOf(manifests, component);
  if (!manifest) {
    print(`${component}: not a static pod of this node`);
    return true;
  }
  const line = readCommandLine(manifest, component);
  const endpoint = plannedEndpoint(host, component, line);
  const argv = [...line.container.command ?? [], ...line.container.args ?? []];
  const running = host.processes.named(component).some(p => matches(p, argv));
  const stale = endpoint !== undefined && endpoint !== '' && wanted !== undefined && endpoint !== wanted;
  print(`${component}: ${endpoint ? `sends spans to ${endpoint}` : 'tracing is off'}`
    + `${stale ? `, but the collector is at ${wanted}: its Service was created anew? Ask for a new run` : ''}`
    + `${running ? '' : `; no process runs with the flags of ${manifest.file}`}`);
  const valid = certificatesValid(host, component, line.container.env, print);
  return valid && running && !stale && (wanted === undefined || Boolean(endpoint));
}

/** Where a component's command line says that spans go, by itself or by the file that it names. */
function plannedEndpoint(host: Host, component: Component, line: CommandLine): string | undefined {
  const flag = (name: string) => lastFlag(line, name)?.value;
  if (component === 'etcd') return flag('distributed-tracing-address') ?? flag('experimental-distributed-tracing-address');
  const config = flag('tracing-config-file');
  return config && endpointOf(host.files.readIfThere(config)?.text ?? '');
}
