/**
 * Lets real kubeadm binaries write the manifests in test/support/fixtures/manifests/kubeadm-<version>.
 *
 *   npx tsx test/support/components/kubeadm-fixtures.ts [version...]
 *
 * needs root, for kubeadm changes its root directory to an empty one: nothing of this machine is read or written.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ensureComponents } from './build';
import { ComponentId, KUBERNETES_VERSION } from './catalog';

const VERSIONS: readonly string[] = ['1.24.17', '1.29.6', '1.33.6', '1.34.4', '1.36.3', KUBERNETES_VERSION];
const FIXTURES = path.join(__dirname, '..', 'fixtures', 'manifests');

/** Directories that a Debian machine has: kubeadm mounts those that exist. */
const CA_DIRECTORIES = ['etc/ca-certificates', 'usr/share/ca-certificates', 'usr/local/share/ca-certificates'];

async function writeFixtures(version: string): Promise<void> {
  const id: ComponentId = `kubeadm@${version}`;
  const kubeadm = (await ensureComponents([id])).get(id)!;
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'kubeadm-fixtures-'));
  try {
    for (const directory of CA_DIRECTORIES) fs.mkdirSync(path.join(root, directory), { recursive: true });
    fs.writeFileSync(path.join(root, 'kubeadm.yaml'), configuration(version));
    for (const phase of [['control-plane', 'apiserver'], ['etcd', 'local']]) {
      execFileSync(kubeadm, ['init', 'phase', ...phase, '--config', '/kubeadm.yaml', '--rootfs', root], { stdio: ['ignore', 'ignore', 'pipe'] });
    }
    const directory = path.join(FIXTURES, `kubeadm-${version}`);
    fs.mkdirSync(directory, { recursive: true });
    for (const name of ['kube-apiserver.yaml', 'etcd.yaml']) {
      fs.writeFileSync(path.join(directory, name), fs.readFileSync(path.join(root, 'etc/kubernetes/manifests', name)));
    }
    console.log(path.relative(process.cwd(), directory));
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

/** Everything that kubeadm would otherwise take from the machine or ask the network for. */
function configuration(version: string): string {
  const apiVersion = `kubeadm.k8s.io/${Number(version.split('.')[1]) < 31 ? 'v1beta3' : 'v1beta4'}`;
  const init = {
    apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: '10.0.0.1', bindPort: 6443 },
    nodeRegistration: { name: 'cp1', criSocket: 'unix:///run/containerd/containerd.sock' },
  };
  const cluster = { apiVersion, kind: 'ClusterConfiguration', kubernetesVersion: `v${version}` };
  return [init, cluster].map(object => JSON.stringify(object)).join('\n---\n');
}

async function main(versions: readonly string[]): Promise<void> {
  for (const version of versions) await writeFixtures(version);
}

main(process.argv.length > 2 ? process.argv.slice(2) : VERSIONS).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
