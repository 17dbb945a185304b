/**
 * The part of a user agent that tells clients apart:
 * `kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0a1b2c3/system:serviceaccount:kube-system:job-controller`
 * is `kube-controller-manager/v1.37.2 system:serviceaccount:kube-system:job-controller`.
 */
export function clientName(userAgent: string): string {
  const [, program = userAgent, suffix = ''] = /^(\S+) \([^)]*\)(?: \S+?\/[0-9a-f$A-Z]+)?(?:\/(\S.*))?/i.exec(userAgent) ?? [];
  return program === '' ? '(no user agent)' : suffix === '' ? program : `${program} ${suffix}`;
}
