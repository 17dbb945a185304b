/** What `kubeadm init` and `kubeadm join` are told: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ */
import { randomBytes } from 'node:crypto';
import { CONTAINERD_SOCKET } from './containerd';
import { LAN_ADDRESS, POD_SUBNET, SERVICE_SUBNET } from './network';

export interface NodeIdentity {
  readonly name: string;
  readonly address: string;
  /** The cgroup under which kubelet puts its pods. */
  readonly cgroup: string;
}

/** What nodes prove themselves with when they join. */
export interface JoinSecrets {
  readonly token: string;
  readonly certificateKey: string;
}

export function newJoinSecrets(): JoinSecrets {
  const token = randomBytes(11).toString('hex');
  return { token: `${token.slice(0, 6)}.${token.slice(6)}`, certificateKey: randomBytes(32).toString('hex') };
}

/** The configuration for `kubeadm init`; several nodes share an endpoint, a single one is its own. */
export function initConfiguration(node: NodeIdentity, secrets: JoinSecrets, severalNodes: boolean, kubernetes: string): string {
  const apiVersion = apiVersionOf(kubernetes);
  return documents([
    {
      apiVersion,
      kind: 'InitConfiguration',
      bootstrapTokens: [{ token: secrets.token }],
      certificateKey: secrets.certificateKey,
      localAPIEndpoint: { advertiseAddress: node.address, bindPort: 6443 },
      nodeRegistration: nodeRegistration(node, apiVersion),
    },
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${kubernetes}`,
      controlPlaneEndpoint: severalNodes ? `${LAN_ADDRESS}:6443` : undefined,
      networking: { podSubnet: POD_SUBNET, serviceSubnet: SERVICE_SUBNET },
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: 'cgroupfs',
      failCgroupV1: false,
      failSwapOn: false,
      // The machine's disk may be full already, and an image that is gone cannot be pulled again.
      evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%' },
      imageGCHighThresholdPercent: 100,
      localStorageCapacityIsolation: false,
    },
  ]);
}

export function joinConfiguration(node: NodeIdentity, secrets: JoinSecrets, kubernetes: string): string {
  const apiVersion = apiVersionOf(kubernetes);
  return documents([{
    apiVersion,
    kind: 'JoinConfiguration',
    discovery: {
      bootstrapToken: { token: secrets.token, apiServerEndpoint: `${LAN_ADDRESS}:6443`, unsafeSkipCAVerification: true },
    },
    controlPlane: {
      certificateKey: secrets.certificateKey,
      localAPIEndpoint: { advertiseAddress: node.address, bindPort: 6443 },
    },
    nodeRegistration: nodeRegistration(node, apiVersion),
  }]);
}

/** For `kubeadm upgrade apply` and `upgrade node`: as with `init`, without preflight checks, cluster DNS, and kube-proxy. */
export function upgradeConfiguration(kubernetes: string): string {
  const options = { imagePullPolicy: 'Never', skipPhases: ['preflight', 'addon/coredns', 'addon/kube-proxy'] };
  return documents([{
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'UpgradeConfiguration',
    apply: { ...options, kubernetesVersion: `v${kubernetes}`, forceUpgrade: true },
    node: options,
  }]);
}

function apiVersionOf(kubernetes: string): string {
  return `kubeadm.k8s.io/${Number(kubernetes.split('.')[1]) < 31 ? 'v1beta3' : 'v1beta4'}`;
}

/** kube-proxy runs as a process of the node; its image and its DaemonSet would add nothing to the tests. */
export function kubeProxyConfiguration(nodeName: string): string {
  return documents([{
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clusterCIDR: POD_SUBNET,
    clientConnection: { kubeconfig: '/etc/kubernetes/admin.conf' },
    hostnameOverride: nodeName,
    conntrack: { maxPerCore: 0 }, // the limit is the whole machine's and not for a node to set
  }]);
}

function nodeRegistration(node: NodeIdentity, apiVersion: string): object {
  const kubeletArgs = { 'node-ip': node.address, 'cgroup-root': node.cgroup };
  return {
    name: node.name,
    criSocket: `unix://${CONTAINERD_SOCKET}`,
    imagePullPolicy: 'Never',
    kubeletExtraArgs: apiVersion.endsWith('v1beta3') ? kubeletArgs : Object.entries(kubeletArgs).map(([name, value]) => ({ name, value })),
  };
}

/** JSON is YAML, too. */
function documents(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object, undefined, 2)).join('\n---\n');
}
