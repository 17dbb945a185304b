import { CommandLine } from './command-line';
import { Wanted } from './enable';
import { Manifest } from './manifest';
import { Endpoint } from '../../patch-spec/endpoint';
import { EtcdIntent } from '../../patch-spec/patch-spec';
import { etcdFlagNames, etcdFlags, etcdHasRate } from '../../patch-spec/tracing-flags';
import { isAtLeast, Version } from '../../patch-spec/version';

export function etcdWants(manifest: Manifest, line: CommandLine, version: Version, intent: EtcdIntent, endpoint: Endpoint, nodeName: string): Wanted {
  checkOtherWays(manifest, line, version);
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

function checkOtherWays(manifest: Manifest, line: CommandLine, version: Version): void {
  const configFile = line.flags.find(flag => flag.name === 'config-file');
  if (configFile) {
    manifest.refuse('config-file-flag', configFile.item.node, 'etcd ignores all other flags when --config-file is given: set up tracing in that file, and leave etcd out of the spec');
  }
  const env = line.container.env ?? [];
  const byVariable = env.findIndex(({ name }) => name === 'ETCD_CONFIG_FILE');
  if (byVariable !== -1) {
    manifest.refuse('config-file-flag', manifest.find([...line.path, 'env', byVariable]) ?? 0,
      'etcd ignores all its flags when ETCD_CONFIG_FILE names a config file: set up tracing in that file, and leave etcd out of the spec');
  }
  // The other family is not known to that release, which says so and goes on.
  const known = isAtLeast(version, 3, 7) ? /^ETCD_(ENABLE_)?DISTRIBUTED_TRACING/
    : isAtLeast(version, 3, 6) ? /^ETCD_(EXPERIMENTAL_)?(ENABLE_)?DISTRIBUTED_TRACING/ : /^ETCD_EXPERIMENTAL_(ENABLE_)?DISTRIBUTED_TRACING/;
  const index = env.findIndex(({ name }) => known.test(name));
  if (index !== -1) {
    manifest.refuse('environment-conflict', manifest.find([...line.path, 'env', index]) ?? 0,
      `${env[index]!.name} sets up tracing too, and etcd ${version.text} does not start when a variable and its flag are both set: remove the variable first`);
  }
}
