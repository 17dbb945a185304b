import { CommandLine, lastFlag, readCommandLine } from './command-line';
import { Wanted } from './enable';
import { Manifest } from './manifest';
import { ManifestFile } from './plan';
import { Endpoint } from '../../patch-spec/endpoint';
import { EtcdIntent } from '../../patch-spec/patch-spec';
import { etcdFlagNames, etcdFlags, etcdHasRate } from '../../patch-spec/tracing-flags';
import { isAtLeast, Version } from '../../patch-spec/version';

export function etcdWants(manifest: Manifest, line: CommandLine, version: Version, intent: EtcdIntent, endpoint: Endpoint, nodeName: string): Wanted {
  checkOtherWays(manifest, line);
  const { others } = etcdFlagNames(version);
  const foreign = line.flags.find(flag => others.includes(flag.name));
  if (foreign) {
    manifest.refuse('foreign-flag-family', foreign.item.node, isAtLeast(version, 3, 7) || !isAtLeast(version, 3, 6)
      ? `etcd ${version.text} does not start with --${foreign.name}: remove it first`
      : `--${foreign.name} is set by someone else and would win over the flags of etcd ${version.text}: remove it first`);
  }
  return { flags: etcdFlags(version, intent, endpoint, nodeName) };
}

export function etcdNotes(version: Version, intent: EtcdIntent): string[] {
  if (etcdHasRate(version)) return [];
  const note = `etcd ${version.text} has no sampling rate: it records only the children of sampled API requests`;
  return [intent.samplingRatePerMillion > 0 ? `${note}, so the rate of ${intent.samplingRatePerMillion} cannot be honoured (3.5.11 can)` : note];
}

/** The name of the member, undefined where it has none; some name where there is no manifest that could use it. */
export function etcdMemberName(files: readonly ManifestFile[]): string | undefined {
  const file = files.find(f => f.name === 'etcd.yaml');
  if (!file) return 'none';
  try {
    return lastFlag(readCommandLine(new Manifest(file.name, file.text), 'etcd'), 'name')?.value;
  } catch {
    // Planning says what is wrong with it.
    return 'none';
  }
}

function checkOtherWays(manifest: Manifest, line: CommandLine): void {
  const configFile = line.flags.find(flag => flag.name === 'config-file');
  if (configFile) {
    manifest.refuse('config-file-flag', configFile.item.node, 'etcd ignores all other flags when --config-file is given: set up tracing in that file, and leave etcd out of the spec');
  }
  const index = (line.container.env ?? []).findIndex(({ name }) => /^ETCD_(CONFIG_FILE$|(EXPERIMENTAL_)?(ENABLE_)?DISTRIBUTED_TRACING)/.test(name));
  if (index !== -1) {
    manifest.refuse('environment-conflict', manifest.find([...line.path, 'env', index]) ?? 0,
      `etcd does not start when ${line.container.env![index]!.name} and the flag of the same name are both set: remove the variable first`);
  }
}
