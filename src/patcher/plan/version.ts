import { CommandLine } from './command-line';
import { Manifest } from './manifest';
import { Component } from './plan';
import { isAtLeast, KNOWN_VERSIONS, parseVersion, Version } from '../../patch-spec/version';

const PROPS = { 'kube-apiserver': 'kubernetesVersion', 'etcd': 'etcdVersion' } as const;
const OPTIONS = { 'kube-apiserver': '--kubernetes-version', 'etcd': '--etcd-version' } as const;

/** The version that the image's tag names: the image decides, never the Kubernetes minor. */
export function imageVersion(image: string | undefined): Version | undefined {
  const tag = /:([^:/@]+)(?:@.*)?$/.exec((image ?? '').replace(/@.*$/, ''))?.[1];
  return tag === undefined ? undefined : parseVersion(tag);
}

/**
 * The version that is given instead of the image's.
 *
 * @param byHand counts always
 * @param inSpec counts for an image that does not tell it: the spec is the same for all nodes, which in an upgrade have different images
 */
export function givenVersion(
  component: Component, image: string | undefined, byHand: string | undefined, inSpec: string | undefined,
): string | undefined {
  if (byHand !== undefined || inSpec === undefined) return byHand;
  const told = imageVersion(image);
  return told && isPossible(component, told) ? undefined : inSpec;
}

/** Not a date, nor the tag of a mirror that gives every image the version of Kubernetes. */
function isPossible(component: Component, { major, minor }: Version): boolean {
  return major === KNOWN_VERSIONS[component].to[0] && minor <= 99;
}

/** The version to plan for: the given one, else the image's; refused where this release does not know it. */
export function knownVersion(manifest: Manifest, component: Component, { container, path }: CommandLine, given: string | undefined): Version {
  const { image } = container;
  const { from, to } = KNOWN_VERSIONS[component];
  const option = OPTIONS[component];
  const place = manifest.find([...path, 'image']) ?? 0;
  const version = given === undefined ? imageVersion(image) : parseVersion(given);
  if (!version) {
    return manifest.refuse('unreadable-version', place,
      `${given === undefined ? `the image ${image ?? '(none)'}` : given} does not tell the version of ${component}: give it with ${option} X.Y.Z by hand, with the prop ${PROPS[component]} for the Job, or name the image as NAME:X.Y.Z@sha256:...`);
  }
  if (!isPossible(component, version)) {
    manifest.refuse('unreadable-version', place, `${version.text}, of ${given === undefined ? `the image ${image}` : option}, is no version of ${component}, whose versions begin with ${to[0]}: `
      + `give the right one with ${option} X.Y.Z by hand, or with the prop ${PROPS[component]} for the Job`);
  }
  if (isAtLeast(version, to[0], to[1] + 1)) {
    manifest.refuse('version-too-new', place,
      `${component} ${version.text} is newer than ${to.join('.')}, the newest that this release knows the flags of: use a newer release of this package, or ${option} if the image says it wrongly`);
  }
  // An older etcd is no obstacle to tracing the API server; the caller says so.
  if (component === 'kube-apiserver' && !isAtLeast(version, from[0], from[1])) {
    manifest.refuse('version-too-old', place, `${component} ${version.text} is older than ${from.join('.')}, the oldest supported; if the image says it wrongly, use ${option}`);
  }
  return version;
}

/** A version given by hand is believed, but what the image says otherwise is said: flags of the wrong family stop the component. */
export function versionNotes(component: Component, image: string | undefined, given: string | undefined): string[] {
  const says = imageVersion(image)?.text;
  if (given === undefined || says === undefined || parseVersion(given)?.text === says) return [];
  return [`${OPTIONS[component]} says ${given}, but the image ${image} says ${says}: the flags are those of ${given}, and another version may not start with them`];
}
