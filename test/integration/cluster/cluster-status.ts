/** `status --cluster`, run as people run it: by the package's own bin, with kubectl and a kubeconfig. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ClusterNode } from './node';

const BIN = path.join(__dirname, '../../../bin/cdk8s-control-plane-tracing');

export interface ClusterStatus {
  readonly exit: number;
  /** A node and component each, such as `cp1 etcd: as declared`. */
  readonly lines: readonly string[];
  /** What is said of each that differs. */
  readonly how: readonly string[];
}

/** @param app synthesized YAML that says what is declared; otherwise what the newest Job in the cluster was made from */
export async function clusterStatus(node: ClusterNode, app?: string): Promise<ClusterStatus> {
  if (app !== undefined) fs.writeFileSync(node.path('/run/app.yaml'), app);
  const args = [process.execPath, BIN, 'status', '--cluster', ...app === undefined ? [] : ['--app', '/run/app.yaml']];
  const text = await node.exec(args, { allowFailure: true });
  process.stderr.write(`status --cluster: ${text.code}\n${text.stdout}${text.stderr}\n`);
  const { code, stdout } = await node.exec([...args, '--output', 'json'], { allowFailure: true });
  if (code !== text.code) throw new Error(`status --cluster ends with ${text.code} as text, and with ${code} as JSON`);
  const { components } = JSON.parse(stdout) as { components: { node: string; component: string; state: string; how: string[] }[] };
  return { exit: code, lines: components.map((one) => `${one.node} ${one.component}: ${one.state}`), how: components.flatMap(({ how }) => how) };
}
