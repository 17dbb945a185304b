import { addressOf, isOf, listens } from './check-listeners';
import { Fields } from './collector-config';
import { refuse } from '../kit/check';

export interface NamedPorts {
  readonly otlpGrpc: number;
  readonly metrics: number;
  readonly health: number;
}

/**
 * Refuses a configuration that does not answer the probes and the monitors where they ask.
 *
 * @param readers props by which the metrics are read, such as `podMonitor`
 * @param local whether senders and probes come by the loopback address
 */
export function checkPorts(config: Fields, ports: NamedPorts, readers: readonly string[], local: boolean): void {
  checkHealth(config, ports.health, local);
  const reader = readers[0];
  if (reader !== undefined) checkMetrics(config.service.telemetry ?? {}, ports.metrics, reader);
}

function checkHealth(config: Fields, port: number, local: boolean): void {
  const ids: string[] = (config.service.extensions ?? []).filter((id: string) => isOf(id, 'health_check'));
  const answers = ids.some(id => {
    const server: Fields = config.extensions?.[id] ?? {};
    return listens(server, port, local) && (server.path ?? '/') === '/' && (server.tls ?? undefined) === undefined;
  });
  if (!answers) {
    const id = ids[0] ?? 'health_check';
    refuse('configOverrides', `extensions.${id}.endpoint: ${String(config.extensions?.[id]?.endpoint)}`,
      `keep the extension health_check in 'service.extensions', at ${addressOf(port, local)} with the path / and without TLS: the probes ask there`);
  }
}

function checkMetrics({ metrics = {} }: Fields, port: number, prop: string): void {
  const readers: unknown[] = Array.isArray(metrics?.readers) ? metrics.readers : [];
  const servers = readers.map(reader => (reader as Fields | null)?.pull?.exporter?.prometheus as Fields | undefined);
  const named = servers.find(server => Number(server?.port) === port);
  if (metrics?.level === 'none' || named === undefined || /^(localhost|127\.|\[?::1)/.test(String(named.host))) {
    refuse('configOverrides', `service.telemetry.metrics: level ${String(metrics?.level)}, ports ${servers.map(server => String(server?.port)).join(', ') || 'none'}`,
      `keep a Prometheus reader at port ${port} of the pod's address where there is '${prop}', which reads there`);
  }
  const renamed = ['without_scope_info', 'without_type_suffix', 'without_units'].find(key => named[key] !== true);
  if (renamed !== undefined && prop !== 'podMonitor') {
    refuse('configOverrides', `service.telemetry.metrics.readers: ${renamed} ${String(named[renamed])}`, `keep ${renamed} true where there is '${prop}': it names the metrics so`);
  }
}
