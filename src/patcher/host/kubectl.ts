import { spawnSync } from 'child_process';

/** Runs kubectl, which knows every way to log in to a cluster, and gives its output back. Throws what it complains about. */
export type Kubectl = (args: readonly string[]) => string;

const MAX_BYTES = 256 * 1024 * 1024;

/** @param common what every call gets, such as `--context` */
export function kubectl(common: readonly string[]): Kubectl {
  return args => {
    const { status, stdout, stderr, error } = spawnSync('kubectl', [...common, ...args], { encoding: 'utf8', maxBuffer: MAX_BYTES, stdio: ['ignore', 'pipe', 'pipe'] });
    if (error) throw new Error(`kubectl cannot be started (${error.message}): it must be in the PATH`);
    // The last line is the answer; those before are kubectl's own log.
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim().split('\n').at(-1)}`);
    return stdout;
  };
}
