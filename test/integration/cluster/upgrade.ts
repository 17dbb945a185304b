/** Real `kubeadm upgrade`, as its guide has it: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/ */
import * as fs from 'node:fs';
import { Cluster } from './cluster';
import { initConfiguration, newJoinSecrets, upgradeConfiguration } from './kubeadm';
import { ClusterNode } from './node';
import { COMPONENTS } from './watch';
import { ClusterVersion } from '../../support/components/catalog';

/**
 * Upgrades the whole control plane: `upgrade apply` on the first node, `upgrade node` on the others. The programs must be there.
 *
 * @param afterFirst happens when the first node is upgraded
 */
export async function upgrade(cluster: Cluster, version: ClusterVersion, afterFirst: () => Promise<void> = async () => {}): Promise<void> {
  for (const [index, node] of cluster.nodes.entries()) {
    fs.writeFileSync(node.path('/etc/kubeadm-upgrade.yaml'), upgradeConfiguration(version.kubernetes));
    const args = index === 0 ? ['apply', `v${version.kubernetes}`, '--yes'] : ['node'];
    const started = Date.now();
    const { code, stdout, stderr } = await node.exec(
      ['kubeadm', 'upgrade', ...args, '--config=/etc/kubeadm-upgrade.yaml'], { allowFailure: true, timeoutSeconds: 600 },
    );
    fs.writeFileSync(node.path('/var/log/kubeadm.log'), stdout + stderr);
    process.stderr.write(`${node.name}: kubeadm upgrade ${args.join(' ')}: ${code}, ${Math.round((Date.now() - started) / 1000)} s\n${stdout}${stderr}\n`);
    if (code !== 0) throw new Error(`kubeadm upgrade failed on ${node.name}`);
    if (index === 0) await afterFirst();
  }
  await cluster.settle();
}

/** The new kubelets, which come after kubeadm. One of another minor may restart what it finds running, traced or not. */
export async function replaceKubelets(cluster: Cluster): Promise<void> {
  for (const node of cluster.nodes) await node.restartKubelet();
  await cluster.settle();
}

/** The manifests that kubeadm would write on this node now, from its configuration in the cluster. */
export async function generated(cluster: Cluster, node: ClusterNode): Promise<Record<string, string>> {
  const [init] = initConfiguration(node, newJoinSecrets(), false, cluster.version.kubernetes).split('\n---\n');
  fs.writeFileSync(node.path('/etc/kubeadm-generate.yaml'), `${init}\n---\n${await clusterConfiguration(cluster)}`);
  const directory = '/run/generated';
  for (const phase of [['control-plane', 'apiserver'], ['etcd', 'local']]) {
    await node.exec(['kubeadm', 'init', 'phase', ...phase, '--dry-run', '--config=/etc/kubeadm-generate.yaml'], { env: { KUBEADM_INIT_DRYRUN_DIR: directory } });
  }
  const files = COMPONENTS.map((component) => `${component}.yaml`);
  return Object.fromEntries(files.map((name) => [name, fs.readFileSync(node.path(`${directory}/${name}`), 'utf8')]));
}

/** kubeadm's own configuration, as it is in the cluster. */
export async function clusterConfiguration(cluster: Cluster): Promise<string> {
  return (await cluster.kubectl(['-n', 'kube-system', 'get', 'configmap', 'kubeadm-config', '-o', 'jsonpath={.data.ClusterConfiguration}'])).stdout;
}
