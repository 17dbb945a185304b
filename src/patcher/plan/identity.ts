import { CommandLine } from './command-line';
import { environmentOf, EnvironmentVariable, EnvironmentWants, fieldVariable, isField } from './environment';
import { Manifest } from './manifest';
import { Component } from './plan';
import { Variable } from './pod';
import { decodesAttributes } from '../../patch-spec/component-environment';
import { Identity } from '../../patch-spec/patch-spec';
import { attributesText, decodeAttributes, encodeAttributes, encodeValue, inOrder, NODE_NAME, RESOURCE_ATTRIBUTES } from '../../patch-spec/resource-attributes';
import { Version } from '../../patch-spec/version';

const NODE_VARIABLE = 'NODE_NAME';
const NODE_FIELD = 'spec.nodeName';

/** What is wanted, and what there is. */
interface Situation {
  readonly manifest: Manifest;
  readonly line: CommandLine;
  readonly component: Component;
  readonly identity: Identity;
  readonly nodeName: string;
  /** What was asked for by name. */
  readonly asked: readonly (readonly [name: string, value: string])[];
  readonly environment: ReadonlyMap<string, EnvironmentVariable>;
}

/**
 * A variable that is there already is respected: one with the wanted attributes stays, and one without the node's name, which nobody has asked
 * for, is a note. Only what was asked for by name and is missing there is a conflict.
 */
export function identityWants(
  manifest: Manifest, line: CommandLine, component: Component, version: Version, identity: Identity, nodeName: string,
): EnvironmentWants {
  const asked = inOrder(identity.attributes);
  if (asked.length === 0 && !identity.nodeName) return { variables: [], inTheWay: [], notes: [] };
  const situation: Situation = { manifest, line, component, identity, nodeName, asked, environment: environmentOf(line.container) };
  const there = situation.environment.get(RESOURCE_ATTRIBUTES);
  const wants = there ? besideVariable(situation, there) : newVariables(situation);
  return { ...wants, notes: [...wants.notes, ...encodedNotes(component, version, identity)] };
}

function newVariables(situation: Situation): EnvironmentWants {
  const { manifest, line, component, identity, asked, environment } = situation;
  if (asked.length === 0 && line.container.env !== undefined && !isBlock(manifest, line)) {
    const at = manifest.at(manifest.find([...line.path, 'env']) ?? 0);
    return { variables: [], inTheWay: [], notes: [`${component}: the spans do not name their node, because "env" (${at}) is not written with one item per line, and is left alone`] };
  }
  const node = environment.get(NODE_VARIABLE);
  const own = node === undefined && identity.nodeName ? [fieldVariable(NODE_VARIABLE, NODE_FIELD)] : [];
  return { variables: [...own, attributesVariable(situation, node === undefined || isNodeField(line, node))], inTheWay: [], notes: [] };
}

function besideVariable(situation: Situation, there: EnvironmentVariable): EnvironmentWants {
  const { manifest, line, component, identity, asked, environment } = situation;
  const has = there.value === undefined ? undefined : decodeAttributes(there.value);
  const missing = asked.filter(([name, value]) => has?.get(name) !== value);
  if (missing.length > 0) {
    const node = environment.get(NODE_VARIABLE);
    const message = `${RESOURCE_ATTRIBUTES} is set to ${there.value === undefined ? 'a value from elsewhere' : JSON.stringify(there.value)} by someone else, `
      + `and ${encodeAttributes(missing)} is wanted: add it to that variable, remove the variable, or take it over with "adopt: true" (plan --adopt)`;
    const refers = node !== undefined && node.index < there.index && isNodeField(line, node);
    return { variables: [], inTheWay: [{ variable: there, message, instead: attributesVariable(situation, refers) }], notes: [] };
  }
  const at = manifest.at(manifest.find([...line.path, 'env', there.index]) ?? 0);
  const nameless = identity.nodeName && !has?.has(NODE_NAME);
  return {
    variables: [],
    inTheWay: [],
    notes: nameless
      ? [`${component}: ${RESOURCE_ATTRIBUTES} (${at}) was set by someone else and stays; it does not name the node (${NODE_NAME}=$(${NODE_VARIABLE}))`] : [],
  };
}

function isNodeField({ container }: CommandLine, { index }: EnvironmentVariable): boolean {
  return isField(container.env![index], NODE_FIELD);
}

function attributesVariable({ identity, nodeName }: Situation, refers: boolean): Variable {
  const node = refers ? `$(${NODE_VARIABLE})` : nodeName;
  return { name: RESOURCE_ATTRIBUTES, value: attributesText(identity.attributes, identity.nodeName ? node : undefined) };
}

function isBlock(manifest: Manifest, line: CommandLine): boolean {
  const list = manifest.sequence([...line.path, 'env']);
  return list !== undefined && !list.flow && list.items.length > 0;
}

function encodedNotes(component: Component, version: Version, { attributes }: Identity): string[] {
  const changed = Object.entries(attributes).filter(([, value]) => encodeValue(value) !== value).map(([name]) => name);
  if (changed.length === 0 || decodesAttributes(component, version)) return [];
  return [`${component} ${version.text} does not decode attributes: its spans carry the value of ${changed.join(', ')} percent-encoded`];
}
