/** Installs the Debian packages that a cluster or a browser needs, only when one is missing. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A package and a file it brings: asking for the file also accepts software that was installed in another way. */
type Packages = Readonly<Record<string, string>>;

const CLUSTER: Packages = {
  'containerd': '/usr/bin/containerd',
  'runc': '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  'iproute2': '/usr/sbin/ip',
  'iptables': '/usr/sbin/iptables',
  'conntrack': '/usr/sbin/conntrack',
  'haproxy': '/usr/sbin/haproxy',
  'util-linux': '/usr/bin/nsenter',
  'procps': '/usr/sbin/sysctl',
  'strace': '/usr/bin/strace',
  'mount': '/usr/bin/mount',
  'curl': '/usr/bin/curl',
};

/** What draws the page of a report; without a font it draws no letters. */
export const BROWSER: Packages = {
  'chromium': '/usr/bin/chromium',
  'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
};

/** Debian asks this program whether a package may start its service: https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
const POLICY = '/usr/sbin/policy-rc.d';

export async function ensureDebianPackages(log: (line: string) => void = (line) => console.error(line), packages = CLUSTER): Promise<void> {
  const missing = Object.keys(packages).filter((name) => !fs.existsSync(packages[name]!));
  if (missing.length === 0) return;
  if (!fs.existsSync('/usr/bin/apt-get')) {
    throw new Error(`these programs are missing, and there is no apt-get to install them: ${missing.map((name) => packages[name]).join(', ')}`);
  }
  if (process.getuid?.() !== 0) throw new Error(`installing ${missing.join(', ')} needs root`);
  log(`installing Debian packages: ${missing.join(', ')}`);
  await withoutServices(async () => {
    await apt(['update']);
    await apt(['install', '--yes', '--no-install-recommends', ...missing]);
  });
}

/** containerd and haproxy bring services; the clusters run their own, so that a new one must not start on the machine. */
async function withoutServices(install: () => Promise<void>): Promise<void> {
  const ours = !fs.existsSync(POLICY);
  if (ours) fs.writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    if (ours) fs.rmSync(POLICY, { force: true });
  }
}

async function apt(args: readonly string[]): Promise<void> {
  try {
    await run('apt-get', ['-qq', ...args], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(`apt-get ${args.join(' ')} failed: ${stderr || message}`);
  }
}

if (require.main === module) void ensureDebianPackages();
