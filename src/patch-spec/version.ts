export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** `1.37.2` */
  readonly text: string;
}

/** What this release of the package knows; `to` is the last minor. */
export const KNOWN_VERSIONS = {
  'kube-apiserver': { from: [1, 24], to: [1, 37] },
  'etcd': { from: [3, 5], to: [3, 7] },
} as const;

/** `v1.37.2`, `3.5.15-0`, `v1.29.6-custom.1`; undefined for anything without three numbers. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:[-+_.].*)?$/.exec(text);
  if (!parts) return undefined;
  const [major, minor, patch] = parts.slice(1).map(Number) as [number, number, number];
  return { major, minor, patch, text: `${major}.${minor}.${patch}` };
}

export function isAtLeast(version: Version, major: number, minor: number, patch = 0): boolean {
  return (version.major - major || version.minor - minor || version.patch - patch) >= 0;
}
