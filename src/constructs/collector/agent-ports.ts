import { checkWhole, refuse } from '../kit/check';

/** Ports of a control-plane node that kubeadm's components and kube-proxy listen on. https://kubernetes.io/docs/reference/networking/ports-and-protocols/ */
export const TAKEN_PORTS: { readonly [port: number]: string } = {
  2379: 'etcd, for clients',
  2380: 'etcd, for its peers',
  2381: "etcd's metrics",
  6443: 'kube-apiserver',
  10248: "kubelet's health",
  10249: "kube-proxy's metrics",
  10250: 'kubelet',
  10255: "kubelet's read-only port",
  10256: "kube-proxy's health",
  10257: 'kube-controller-manager',
  10258: 'cloud-controller-manager',
  10259: 'kube-scheduler',
};

export interface AgentPorts {
  readonly otlpGrpc: number;
  readonly health: number;
  readonly metrics: number;
}

export interface AgentPortProps {
  readonly otlpGrpcPort?: number;
  readonly healthPort?: number;
  readonly metricsPort?: number;
}

/** Checked, and with defaults. All are ports of the node, which has one process for each. */
export function resolveAgentPorts(props: AgentPortProps): AgentPorts {
  const ports: AgentPorts = { otlpGrpc: props.otlpGrpcPort ?? 4317, health: props.healthPort ?? 13134, metrics: props.metricsPort ?? 8889 };
  const seen = new Map<number, string>();
  for (const [name, port] of Object.entries(ports) as [string, number][]) {
    checkWhole(`${name}Port`, port, 1024, 65535);
    const owner = TAKEN_PORTS[port];
    if (owner !== undefined) refuse(`${name}Port`, port, `be another port: a control-plane node has ${owner} there`);
    if (port >= 30_000 && port <= 32_767) refuse(`${name}Port`, port, 'be another port: 30000 to 32767 are for Services of the type NodePort');
    if (seen.has(port)) throw new Error(`'${name}Port' (${port}) must differ from '${seen.get(port)}Port'`);
    seen.set(port, name);
  }
  return ports;
}
