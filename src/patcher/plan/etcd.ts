import { CommandLine } from './command-line';
import { Wanted } from './enable';
import { environmentOf } from './environment';
import { Manifest } from './manifest';
import { Container } from './pod';
import { Endpoint } from '../../patch-spec/endpoint';
import { EtcdIntent } from '../../patch-spec/patch-spec';
import { etcdFlagNames, etcdFlags, etcdHasRate } from '../../patch-spec/tracing-flags';
import { isAtLeast, Version } from '../../patch-spec/version';

export function etcdWants(manifest: Manifest, line: CommandLine, version: Version, intent: EtcdIntent, endpoint: Endpoint, nodeName: string): Wanted {
  const { others } = etcdFlagNames(version);
  const foreign = line.flags.filter(flag => others.includes(flag.name)).map(flag => () => {
    manifest.refuse('foreign-flag-family', flag.item.node, isAtLeast(version, 3, 7) || !isAtLeast(version, 3, 6)
      ? `etcd ${version.text} does not start with --${flag.name}: remove it first`
      : `--${flag.name} is set by someone else and would win over the flags of etcd ${version.text}: remove it first`);
  });
  const checks = [() => checkConfigFile(manifest, line), ...variableChecks(manifest, line, version), ...foreign];
  return { checks, flags: etcdFlags(version, intent, endpoint, nodeName), nodeName };
}

export function etcdNotes({ container }: CommandLine, version: Version, intent: EtcdIntent): string[] {
  return [...ignoredVariables(container, version), ...rateNotes(version, intent)];
}

function ignoredVariables({ env = [] }: Container, version: Version): string[] {
  const ignored = (env ?? []).map(({ name }) => name).filter(name => TRACING_VARIABLE.test(name) && !isRead(name, version));
  return ignored.length === 0 ? [] : [`etcd ${version.text} does not know ${ignored.join(', ')}, which sets up tracing in other releases: `
    + `it says so in its log and goes on without; remove ${ignored.length === 1 ? 'it' : 'them'} before etcd's version changes`];
}

function rateNotes(version: Version, intent: EtcdIntent): string[] {
  if (etcdHasRate(version)) return [];
  const note = `etcd ${version.text} has no sampling rate: it records only the children of sampled API requests`;
  return [intent.samplingRatePerMillion > 0 ? `${note}, so the rate of ${intent.samplingRatePerMillion} cannot be honoured (3.5.11 can)` : note];
}

function checkConfigFile(manifest: Manifest, line: CommandLine): void {
  const configFile = line.flags.find(flag => flag.name === 'config-file' && flag.value !== '');
  if (configFile) {
    manifest.refuse('config-file-flag', configFile.item.node, 'etcd ignores all other flags when --config-file is given: set up tracing in that file, and leave etcd out of the spec');
  }
  // An empty one names none (https://github.com/etcd-io/etcd/blob/v3.6.5/server/etcdmain/config.go).
  const byVariable = environmentOf(line.container).get('ETCD_CONFIG_FILE');
  if (byVariable && byVariable.value !== '') {
    manifest.refuse('config-file-flag', manifest.find([...line.path, 'env', byVariable.index]) ?? 0,
      'etcd ignores all its flags when ETCD_CONFIG_FILE names a config file: set up tracing in that file, and leave etcd out of the spec');
  }
}

const TRACING_VARIABLE = /^ETCD_(EXPERIMENTAL_)?(?:ENABLE_)?DISTRIBUTED_TRACING/;

/** Whether that release reads the variable; one it does not know costs a warning. */
function isRead(variable: string, version: Version): boolean {
  const [tracing, experimental] = TRACING_VARIABLE.exec(variable) ?? [];
  if (tracing === undefined) return false;
  return experimental === undefined ? isAtLeast(version, 3, 6) : !isAtLeast(version, 3, 7);
}

function variableChecks(manifest: Manifest, line: CommandLine, version: Version): (() => void)[] {
  return (line.container.env ?? []).flatMap(({ name }, i) => isRead(name, version) ? [() => {
    manifest.refuse('environment-conflict', manifest.find([...line.path, 'env', i]) ?? 0,
      `${name} sets up tracing too, and etcd ${version.text} does not start when a variable and its flag are both set: remove the variable first`);
  }] : []);
}
