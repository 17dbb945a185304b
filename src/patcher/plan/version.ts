import { CommandLine } from './command-line';
import { Manifest } from './manifest';
import { Component } from './plan';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** `1.37.2` */
  readonly text: string;
}

/** What this release of the package knows; `to` is the last minor. */
const KNOWN = {
  'kube-apiserver': { from: [1, 24], to: [1, 37], option: '--kubernetes-version' },
  'etcd': { from: [3, 5], to: [3, 7], option: '--etcd-version' },
} as const;

/** `v1.37.2`, `3.5.15-0`, `v1.29.6-custom.1`; undefined for anything without three numbers. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:[-+_.].*)?$/.exec(text);
  if (!parts) return undefined;
  const [major, minor, patch] = parts.slice(1).map(Number) as [number, number, number];
  return { major, minor, patch, text: `${major}.${minor}.${patch}` };
}

/** The version that the image's tag names: the image decides, never the Kubernetes minor. */
export function imageVersion(image: string | undefined): Version | undefined {
  const tag = /:([^:/@]+)(?:@.*)?$/.exec((image ?? '').replace(/@.*$/, ''))?.[1];
  return tag === undefined ? undefined : parseVersion(tag);
}

export function isAtLeast(version: Version, major: number, minor: number, patch = 0): boolean {
  return (version.major - major || version.minor - minor || version.patch - patch) >= 0;
}

/** The version to plan for: the given one, else the image's; refused where this release does not know it. */
export function knownVersion(manifest: Manifest, component: Component, { container, path }: CommandLine, given: string | undefined): Version {
  const { image } = container;
  const { from, to, option } = KNOWN[component];
  const place = manifest.find([...path, 'image']) ?? 0;
  const version = given === undefined ? imageVersion(image) : parseVersion(given);
  if (!version) {
    return manifest.refuse('unreadable-version', place,
      `${given === undefined ? `the image ${image ?? '(none)'}` : given} does not tell the version of ${component}: give it with ${option} X.Y.Z`);
  }
  if (isAtLeast(version, to[0], to[1] + 1)) {
    manifest.refuse('version-too-new', place,
      `${component} ${version.text} is newer than ${to.join('.')}, the newest that this release knows the flags of: use a newer release of this package`);
  }
  // An older etcd is no obstacle to tracing the API server; the caller says so.
  if (component === 'kube-apiserver' && !isAtLeast(version, from[0], from[1])) {
    manifest.refuse('version-too-old', place, `${component} ${version.text} is older than ${from.join('.')}, the oldest supported; if the image says it wrongly, use ${option}`);
  }
  return version;
}
