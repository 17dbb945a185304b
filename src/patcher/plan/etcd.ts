import { CommandLine, lastFlag, readCommandLine } from './command-line';
import { Wanted, WantedFlag } from './enable';
import { Manifest } from './manifest';
import { ManifestFile } from './plan';
import { isAtLeast, Version } from './version';
import { EtcdIntent } from '../../patch-spec/patch-spec';

const STABLE = ['enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name',
  'distributed-tracing-instance-id', 'distributed-tracing-sampling-rate'] as const;
const EXPERIMENTAL = STABLE.map(name => 'experimental-' + name);

/** Why this etcd is left alone; undefined when it can be traced. */
export function etcdObstacle(version: Version): string | undefined {
  if (!isAtLeast(version, 3, 5)) return `etcd ${version.text} has no tracing (3.5 is the first that has): etcd is left alone`;
  if (!isAtLeast(version, 3, 5, 5)) {
    return `etcd ${version.text} would record every request and leak memory (https://github.com/etcd-io/etcd/issues/13990): etcd is left alone, 3.5.5 is the first that can be traced`;
  }
  return undefined;
}

/**
 * The flags: experimental names in 3.5, both in 3.6, stable ones only from 3.7, where an old name stops etcd
 * (https://github.com/etcd-io/etcd/blob/main/CHANGELOG/CHANGELOG-3.7.md). The sampling rate came in 3.5.11; it is
 * written only when it is not 0, etcd's own default, so that one set of flags serves the most releases.
 */
export function etcdWants(manifest: Manifest, line: CommandLine, version: Version, intent: EtcdIntent, endpoint: string, nodeName: string): Wanted {
  checkOtherWays(manifest, line);
  const [names, others] = isAtLeast(version, 3, 6) ? [STABLE, EXPERIMENTAL] : [EXPERIMENTAL, STABLE];
  const foreign = line.flags.find(flag => (others as readonly string[]).includes(flag.name));
  if (foreign) {
    manifest.refuse('foreign-flag-family', foreign.item.node, isAtLeast(version, 3, 7) || !isAtLeast(version, 3, 6)
      ? `etcd ${version.text} does not start with --${foreign.name}: remove it first`
      : `--${foreign.name} is set by someone else and would win over the flags of etcd ${version.text}: remove it first`);
  }
  const values = ['true', endpoint, intent.serviceName, nodeName, String(intent.samplingRatePerMillion)];
  const flags: WantedFlag[] = values.map((value, i) => ({ name: names[i]!, value, isDefault: i === 4 && value === '0' }));
  return { flags: hasRate(version) ? flags : flags.slice(0, 4) };
}

export function etcdNotes(version: Version, intent: EtcdIntent): string[] {
  if (hasRate(version)) return [];
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

function hasRate(version: Version): boolean {
  return isAtLeast(version, 3, 5, 11);
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
