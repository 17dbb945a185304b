/** Definitions of custom resources, as their projects publish them in Go modules. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

export interface CustomResourceDefinition {
  readonly metadata: { readonly name: string };
}

const PUBLISHED: { readonly [module: string]: readonly string[] } = {
  'github.com/prometheus-operator/prometheus-operator@v0.85.0': [
    'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
    'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
  ],
  'github.com/cilium/cilium@v1.20.2': [
    'pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml',
  ],
};

/** Downloads what Go has not in its cache yet; Go compares it with the public checksum database. */
export function customResourceDefinitions(): CustomResourceDefinition[] {
  return Object.entries(PUBLISHED).flatMap(([module, files]) => {
    const directory = download(module);
    return files.map((file) => parse(fs.readFileSync(path.join(directory, file), 'utf8')) as CustomResourceDefinition);
  });
}

function download(module: string): string {
  const { stdout, error } = spawnSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8', env: { ...process.env, GOWORK: 'off', GOFLAGS: '' } });
  if (error) throw error;
  const { Dir, Error: why } = JSON.parse(stdout) as { Dir?: string; Error?: string };
  if (!Dir) throw new Error(`go mod download ${module}: ${why}`);
  return Dir;
}
