import { isDeepStrictEqual } from 'util';
import { apiServerNotes, apiServerWants } from './api-server';
import { certificateFiles, filesOf } from './certificates';
import { CommandLine, readCommandLine } from './command-line';
import { changeComponent, Known } from './component';
import { tlsWants } from './component-tls';
import { manifestOf, refuseMissing } from './directory';
import { Wanted } from './enable';
import { environmentNotes } from './environment-notes';
import { etcdNotes, etcdWants } from './etcd';
import { externalEtcd } from './etcd-servers';
import { identityWants } from './identity';
import { refuseForeignLayout } from './layouts';
import { Manifest } from './manifest';
import { isNodeName } from './node-name';
import { Component, ComponentPlan, ConfigFile, ManifestFile, NodeFacts, PlanInput, PlanResult } from './plan';
import { proxyNotes } from './proxy';
import { CHANGES_ANNOTATION, readChanges } from './record';
import { Refusal, refuse, Refused } from './refusal';
import { tracingConfiguration } from './tracing-configuration';
import { givenVersion, imageVersion, knownVersion, versionNotes } from './version';
import { etcdObstacle } from '../../patch-spec/tracing-flags';
import { parseVersion, Version } from '../../patch-spec/version';

/** Pure: the same input gives the same plan, and nothing but the input is looked at. */
export function plan(input: PlanInput): PlanResult {
  const refusals: Refusal[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (e) {
      const found = e instanceof Refused ? e.refusals : [{ code: 'internal', at: 'plan', message: `a mistake of the program, nothing is written: ${String(e)}` }];
      // Both components look at the API server's manifest.
      refusals.push(...found.filter(refusal => !refusals.some(known => isDeepStrictEqual(known, refusal))));
      return undefined;
    }
  };
  attempt(() => {
    checkFacts(input);
    refuseForeignLayout(input.manifests);
  });
  // What is wrong with either component is said at once.
  const planned = refusals.length > 0 ? [] : [attempt(() => planApiServer(input)), attempt(() => planEtcd(input))];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const parts = planned.flatMap(part => part ?? []);
  return {
    kind: 'planned',
    plan: {
      components: parts.flatMap(part => part.component ?? []),
      configFile: parts.find(part => part.configFile)?.configFile ?? null,
      certificates: input.spec.state === 'enabled' && input.spec.componentTls ? filesOf(certificateFiles(input.certificates!, input.spec.configDirectory)) : [],
      notes: parts.flatMap(part => part.notes),
    },
  };
}

interface Part {
  readonly component?: ComponentPlan;
  readonly configFile?: ConfigFile;
  readonly notes: readonly string[];
}

function planApiServer(input: PlanInput): Part {
  const { spec, facts, manifests, template } = input;
  const intent = spec.apiServer;
  const component = 'kube-apiserver';
  if (intent === null) return leftOut(manifests, component);
  const manifest = manifestOf(manifests, component) ?? refuseMissing(manifests, component);
  if (spec.state === 'disabled') return disable(manifest, component, facts.apiServerVersion, knownOf(spec, facts, component));

  const lineBefore = readCommandLine(manifest, component);
  const given = givenVersion(component, lineBefore.container.image, facts.apiServerVersion, intent.version);
  const version = knownVersion(manifest, component, lineBefore, given);
  const configFile = tracingConfiguration(template, version, facts.endpoint!, spec.configDirectory);
  const { component: planned, notes } = changeComponent(manifest, component, version.text,
    (base, line) => ({
      ...withEnvironment(input, apiServerWants(base, line, version, intent, configFile), base, line, component, version),
      adopt: spec.adopt,
    }), knownOf(spec, facts, component));
  const said = versionNotes(component, lineBefore.container.image, facts.apiServerVersion);
  const proxied = [...environmentNotes(manifest, component, lineBefore), ...proxyNotes(manifest, component, lineBefore, facts.endpoint!)];
  return { component: planned, configFile, notes: [...said, ...apiServerNotes(lineBefore, version), ...proxied, ...notes] };
}

function planEtcd(input: PlanInput): Part {
  const { spec, facts, manifests } = input;
  const intent = spec.etcd;
  const component = 'etcd';
  if (intent === null) return leftOut(manifests, component);
  const manifest = manifestOf(manifests, component);
  const leftAlone = (why: string): Part => spec.apiServer === null
    ? refuse('nothing-to-trace', 'etcd.yaml', `${why}; and the spec asks for nothing else`)
    : { notes: [why] };
  if (!manifest) return spec.state === 'disabled' ? { notes: [] } : leftAlone(etcdElsewhere(manifests, facts.nodeName));
  if (spec.state === 'disabled') return disable(manifest, component, facts.etcdVersion, knownOf(spec, facts, component));

  const lineBefore = readCommandLine(manifest, component);
  const given = givenVersion(component, lineBefore.container.image, facts.etcdVersion, intent.version);
  const version = knownVersion(manifest, component, lineBefore, given);
  const obstacle = etcdObstacle(version);
  if (obstacle !== undefined) return leftAlone(obstacle);
  const { component: planned, notes } = changeComponent(manifest, component, version.text,
    (base, line) => ({
      ...withEnvironment(input, etcdWants(base, line, version, intent, facts.endpoint!, facts.nodeName), base, line, component, version),
      adopt: spec.adopt,
    }), knownOf(spec, facts, component));
  const said = versionNotes(component, lineBefore.container.image, facts.etcdVersion);
  const proxied = [...environmentNotes(manifest, component, lineBefore), ...proxyNotes(manifest, component, lineBefore, facts.endpoint!)];
  return { component: planned, notes: [...said, ...etcdNotes(lineBefore, version, intent), ...proxied, ...notes] };
}

/** The environment is read alike by both: who they are, and what they prove themselves and the collector by. */
function withEnvironment(
  { spec, facts, certificates }: PlanInput, wanted: Wanted, manifest: Manifest, line: CommandLine, component: Component, version: Version,
): Wanted {
  const identity = identityWants(manifest, line, component, version, spec.identity, facts.nodeName);
  if (spec.componentTls === undefined) return { ...wanted, environment: identity };
  const tls = tlsWants(manifest, line, component, version, certificateFiles(certificates!, spec.configDirectory));
  return {
    ...wanted,
    checks: [...wanted.checks, ...tls.checks],
    environment: {
      variables: [...identity.variables, ...tls.environment.variables],
      inTheWay: [...identity.inTheWay, ...tls.environment.inTheWay],
      notes: [...identity.notes, ...tls.environment.notes],
    },
    files: [...wanted.files ?? [], ...tls.files],
  };
}

function leftOut(manifests: readonly ManifestFile[], component: Component): Part {
  const ours = manifests.some(file => file.name === `${component}.yaml` && file.text.includes(CHANGES_ANNOTATION));
  return { notes: ours ? [`${component} keeps what an earlier run added, since the spec leaves it out; a run that has it, with state disabled, takes it out`] : [] };
}

/** Works for every version, also one that this release cannot enable: taking out must always be possible. */
function disable(manifest: Manifest, component: Component, given: string | undefined, facts: Known): Part {
  const line = readCommandLine(manifest, component);
  const version = given === undefined ? imageVersion(line.container.image) : parseVersion(given);
  const hadRecord = Object.keys(readChanges(manifest)).length > 0 || facts.kubeadm !== undefined;
  const change = changeComponent(manifest, component, version?.text ?? 'unknown', null, facts);
  const rest = line.flags.filter(flag => flag.name.includes('tracing') && change.component.argv.includes(flag.item.text));
  const ours = line.flags.find(flag => flag.name === 'tracing-config-file' && flag.value.startsWith(`${facts.configDirectory}/`));
  if (ours && !hadRecord) {
    manifest.refuse('record-missing', ours.item.node,
      `the annotation ${CHANGES_ANNOTATION} is gone, which says what was added here: remove --tracing-config-file, its mount and its volume by hand, or let the Job do it with upkeep.kubeadmConfig where kubeadm has written them`);
  }
  const foreign = hadRecord || rest.length === 0 ? [] : [`${manifest.file}: --${rest.map(flag => flag.name).join(', --')} was not added by this package and stays`];
  return { component: change.component, notes: [...change.notes, ...foreign] };
}

function knownOf({ configDirectory }: PlanInput['spec'], { nodeName, kubeadm, staleConfigFile = false }: NodeFacts, component: Component): Known {
  return { nodeName, configDirectory, staleConfigFile, kubeadm: kubeadm?.[component === 'etcd' ? 'etcd' : 'apiServer'] };
}

/** A sentence for the notes, or a refusal: an etcd that runs here in another way must not be forgotten silently. */
function etcdElsewhere(manifests: readonly ManifestFile[], nodeName: string): string {
  const apiServer = manifestOf(manifests, 'kube-apiserver') ?? refuseMissing(manifests, 'etcd');
  return externalEtcd(readCommandLine(apiServer, 'kube-apiserver'), nodeName)
    ?? refuse('etcd-not-a-static-pod', 'etcd.yaml', 'there is no such file, but --etcd-servers says that etcd runs on this node: it is not a static pod, so leave etcd out of the spec');
}

function checkFacts({ spec, facts, certificates }: PlanInput): void {
  if (spec.state === 'disabled') return;
  if (spec.componentTls !== undefined && (certificates === undefined || spec.componentTls.clientCertificate !== (certificates.client !== null))) {
    refuse('facts', 'certificates', 'must be given where the spec has componentTls, with a client certificate where it says so: by hand, with --component-ca, '
      + '--component-certificate and --component-key');
  }
  if (facts.endpoint === null) refuse('facts', 'endpoint', 'must be given where tracing is to be enabled');
  if (!isNodeName(facts.nodeName)) {
    refuse('facts', 'nodeName', `${JSON.stringify(facts.nodeName)} must be the name of a Kubernetes node (lower case letters, digits, "-" and "."): `
      + 'by hand, give it with --node-name');
  }
}
