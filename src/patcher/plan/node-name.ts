/** RFC 1123; the name goes into a command line, where kubelet expands `$(...)`. */
export function isNodeName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name);
}
