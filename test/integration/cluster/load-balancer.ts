/** The load balancer in front of several kube-apiservers, as kubeadm's high-availability guide asks for. */
import { LAN_ADDRESS, nodeAddress } from './network';

/**
 * A kube-apiserver that is going down says so at /readyz and gets no new connections; until that is noticed, a connection that is refused
 * goes to another one. One that only is slow, on a busy machine, keeps its clients.
 * https://github.com/kubernetes/kubeadm/blob/main/docs/ha-considerations.md
 */
export function loadBalancerConfig(nodes: number): string {
  const servers = Array.from({ length: nodes }, (_, index) => `  server cp${index + 1} ${nodeAddress(index)}:6443`);
  return `defaults
  mode tcp
  option redispatch 1
  timeout connect 5s
  timeout check 10s
  timeout client 1h
  timeout server 1h
frontend apiserver
  bind ${LAN_ADDRESS}:6443
  default_backend control-plane
backend control-plane
  option httpchk GET /readyz
  default-server check check-ssl verify none inter 2s fastinter 500ms downinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}
