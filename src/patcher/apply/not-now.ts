import { Cluster } from './cluster';
import { KubeadmConfig } from './kubeadm-config';
import { Objection } from './preflight';
import { Turns } from './turns';
import { PatchSpec } from '../../patch-spec/patch-spec';
import { Host } from '../host/host';

/**
 * Why a scheduled run leaves the control plane alone today: somebody is at work on it, or another Job is. Looks only.
 * A Job that was applied waits or refuses instead, because somebody waits for what it says.
 */
export async function notNow(
  host: Host, cluster: Cluster, turns: Turns, kubeadmConfig: KubeadmConfig, spec: PatchSpec,
): Promise<Objection | undefined> {
  const [kubeadm] = host.processes.named('kubeadm');
  if (kubeadm) return { code: 'kubeadm-running', reason: `kubeadm is at work on this node (PID ${kubeadm.pid}, \`${kubeadm.argv.slice(0, 3).join(' ')}\`)` };
  const job = await turns.jobAtWork();
  if (job !== undefined) return { code: 'job-at-work', reason: job };
  const cordoned = await cluster.cordoned();
  if (cordoned !== undefined) return { code: 'cordoned', reason: `node ${cordoned} is cordoned or being drained: somebody is at work on it` };
  const versions = await cluster.apiServerVersions();
  if (new Set(versions.values()).size > 1) {
    const each = [...versions].map(([node, version]) => `${node} has ${version}`).join(', ');
    return { code: 'upgrade', reason: `the versions of kube-apiserver differ (${each}): an upgrade is under way` };
  }
  const [version] = versions.values();
  const inKubeadm = spec.kubeadmConfig === undefined ? undefined : await kubeadmConfig.kubernetesVersion();
  if (version !== undefined && inKubeadm !== undefined && version !== inKubeadm) {
    return { code: 'upgrade', reason: `kubeadm's configuration is for ${inKubeadm}, and kube-apiserver is ${version}: an upgrade is under way` };
  }
  return undefined;
}
