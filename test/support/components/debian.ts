/** Installs the Debian packages that a cluster needs, only when one is missing. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';

/** A package and a file it brings: asking for the file also accepts software that was installed in another way. */
const PACKAGES: Readonly<Record<string, string>> = {
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

/** Debian asks this program whether a package may start its service: https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
const POLICY = '/usr/sbin/policy-rc.d';

export function ensureDebianPackages(log: (line: string) => void = (line) => console.error(line)): void {
  const missing = Object.keys(PACKAGES).filter((name) => !fs.existsSync(PACKAGES[name]!));
  if (missing.length === 0) return;
  if (!fs.existsSync('/usr/bin/apt-get')) {
    throw new Error(`these programs are missing, and there is no apt-get to install them: ${missing.map((name) => PACKAGES[name]).join(', ')}`);
  }
  if (process.getuid?.() !== 0) throw new Error(`installing ${missing.join(', ')} needs root`);
  log(`installing Debian packages: ${missing.join(', ')}`);
  withoutServices(() => {
    apt(['update']);
    apt(['install', '--yes', '--no-install-recommends', ...missing]);
  });
}

/** containerd and haproxy bring services; the clusters run their own, so that a new one must not start on the machine. */
function withoutServices(install: () => void): void {
  const ours = !fs.existsSync(POLICY);
  if (ours) fs.writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) fs.rmSync(POLICY, { force: true });
  }
}

function apt(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('apt-get', ['-qq', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}

if (require.main === module) ensureDebianPackages();
