import { CommandLine } from './command-line';
import { Wanted } from './enable';
import { featureGates } from './feature-gates';
import { Manifest } from './manifest';
import { CONFIG_VOLUME } from './mounted-files';
import { ConfigFile } from './plan';
import { ApiServerIntent } from '../../patch-spec/patch-spec';
import { API_SERVER_GATE, apiServerFlags } from '../../patch-spec/tracing-flags';
import { isAtLeast, Version } from '../../patch-spec/version';

export function apiServerWants(manifest: Manifest, line: CommandLine, version: Version, intent: ApiServerIntent, configFile: ConfigFile): Wanted {
  const { file, gate, verbosity } = apiServerFlags(version, intent, configFile.path);
  const checks = [() => checkGates(manifest, line, version)];
  const files = [{ name: CONFIG_VOLUME, path: configFile.path }];
  return { checks, flags: [file], ...verbosity && { verbosity }, ...gate !== undefined && { gate }, files };
}

export function apiServerNotes(line: CommandLine, version: Version): string[] {
  const notes: string[] = [];
  const before = (minor: number, patch: number) => version.minor === minor && version.patch < patch;
  if (!isAtLeast(version, 1, 26, 9)) {
    notes.push(`kube-apiserver ${version.text}: tracing is alpha there, and port-forward and exec may time out with it before 1.26.9 (https://github.com/kubernetes/kubernetes/issues/122029)`);
  }
  if (!isAtLeast(version, 1, 26) && line.flags.some(flag => flag.name === 'egress-selector-config-file')) {
    notes.push(`kube-apiserver ${version.text} with an egress selector can crash at start when tracing is on (https://github.com/kubernetes/kubernetes/issues/112976)`);
  }
  if (before(29, 10) || before(30, 6) || before(31, 2)) {
    notes.push(`kube-apiserver ${version.text} leaks memory, with or without tracing; a later patch release does not (https://github.com/kubernetes/kubernetes/issues/126918)`);
  }
  return notes;
}

function checkGates(manifest: Manifest, line: CommandLine, version: Version): void {
  const gates = featureGates(line);
  // Of several entries the last one counts.
  const last = (name: string) => gates.filter(gate => gate.name === name).at(-1);
  const ours = last(API_SERVER_GATE);
  if (ours && isAtLeast(version, 1, 37)) {
    manifest.refuse('feature-gate', ours.flag.item.node, `kube-apiserver ${version.text} does not start with the feature gate ${API_SERVER_GATE}, which is gone: remove it`);
  }
  if (ours && ours.on !== true) manifest.refuse('feature-gate', ours.flag.item.node, `the feature gate ${API_SERVER_GATE} is switched off, which someone meant: remove it first`);
  const allBeta = last('AllBeta');
  if (allBeta?.on === false && !ours && isAtLeast(version, 1, 27) && !isAtLeast(version, 1, 34)) {
    manifest.refuse('feature-gate', allBeta.flag.item.node, `AllBeta=false switches tracing off in kube-apiserver ${version.text}: add ${API_SERVER_GATE}=true to the same flag first`);
  }
}
