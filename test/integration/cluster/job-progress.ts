import * as fs from 'node:fs';
import { ClusterNode } from './node';

/** Prints what the Job's pod says, as it says it: from the node's own log files, as the API server is away for a part of it. */
export class JobProgress {
  public static follow(node: ClusterNode, job: string, print: (line: string) => void): JobProgress {
    return new JobProgress(node, job, print);
  }

  private readonly timer: NodeJS.Timeout;
  private readonly printed = new Map<string, number>();

  private constructor(private readonly node: ClusterNode, private readonly job: string, private readonly print: (line: string) => void) {
    this.timer = setInterval(() => this.look(), 200);
  }

  public stop(): void {
    clearInterval(this.timer);
    this.look();
  }

  private look(): void {
    const pods = this.node.path('/var/log/pods');
    for (const pod of fs.readdirSync(pods).filter((name) => name.startsWith(`kube-system_${this.job}-`))) {
      const file = `${pods}/${pod}/patch/0.log`;
      if (!fs.existsSync(file)) continue;
      const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
      for (const line of lines.slice(this.printed.get(pod) ?? 0)) this.print(line.split(' ').slice(3).join(' ')); // time, stream, tag, text
      this.printed.set(pod, lines.length);
    }
  }
}
