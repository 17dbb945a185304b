import { writeFileSync } from 'fs';
import { join } from 'path';
import { Caller } from './caller';

/** Writes a kubeconfig that leads to the proxy, with the caller's own names and namespace. @returns its path */
export async function writeKubeconfig(directory: string, caller: Caller, server: string): Promise<string> {
  const { 'contexts': [context] = [], 'current-context': name = 'trace' } = await caller.json('config', 'view', '--minify', '--output', 'json') as {
    readonly 'contexts'?: readonly { readonly context?: { readonly cluster?: string; readonly user?: string; readonly namespace?: string } }[];
    readonly 'current-context'?: string;
  };
  const { cluster = 'trace', user = 'trace', namespace } = context?.context ?? {};
  const path = join(directory, 'kubeconfig');
  // JSON is YAML, too.
  writeFileSync(path, JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: cluster, cluster: { server } }],
    'users': [{ name: user, user: {} }],
    'contexts': [{ name, context: { cluster, user, ...namespace !== undefined && { namespace } } }],
    'current-context': name,
  }), { mode: 0o600 });
  return path;
}
