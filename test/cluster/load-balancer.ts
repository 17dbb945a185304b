/** The load balancer in front of several kube-apiservers, as kubeadm's high-availability guide asks for. */
import { LAN_ADDRESS, nodeAddress } from './network';

/** A kube-apiserver that is going down says so at /readyz and gets no new connections. */
export function loadBalancerConfig(nodes: number): string {
  const servers = Array.from({ length: nodes }, (_, index) => `  server cp${index + 1} ${nodeAddress(index)}:6443`);
  return `defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
frontend apiserver
  bind ${LAN_ADDRESS}:6443
  default_backend control-plane
backend control-plane
  option httpchk GET /readyz
  default-server check check-ssl verify none inter 500ms fall 1 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}
