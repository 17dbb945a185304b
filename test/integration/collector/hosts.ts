import * as fs from 'node:fs';

/** A program that becomes another one, for which this file is /etc/hosts: it finds names there that no DNS knows. Takes the rights to mount. */
export function withHosts(binary: string, hosts: string, target: string): string {
  fs.writeFileSync(target, `#!/bin/sh\nexec unshare --mount sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' '${hosts}' '${binary}' "$@"\n`, { mode: 0o755 });
  return target;
}
