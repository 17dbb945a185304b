import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ContainerStart, KubeletConfiguration } from './configuration';
import { StaticPod } from './file-source';

/** A process, told apart from a later one of the same number. */
export interface Container {
  readonly uid: string;
  readonly pid: number;
  readonly startTime: string;
}

/** The container runtime: what it runs goes on when kubelet ends. */
export class Containers {
  private readonly file: string;
  private running: Container[];

  public constructor(private readonly configuration: KubeletConfiguration) {
    this.file = path.join(configuration.stateDirectory, 'containers.json');
    this.running = fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, 'utf8')) : [];
  }

  /** What runs of those that were started by this or an earlier kubelet. */
  public alive(): readonly Container[] {
    return this.running.filter(isAlive);
  }

  public start(pod: StaticPod): Container {
    const { stub, controlFile, stateDirectory } = this.configuration;
    const component = path.basename(pod.argv[0]!);
    const output = fs.openSync(path.join(stateDirectory, `${component}.log`), 'a');
    const child = spawn(stub, pod.argv.slice(1), {
      argv0: pod.argv[0],
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        MODEL_CONTROL: controlFile,
        MODEL_LISTEN: pod.listen,
        MODEL_ETCD: component === 'kube-apiserver' ? '127.0.0.1:2381' : '',
      },
    });
    fs.closeSync(output);
    const pid = child.pid!;
    const container = { uid: pod.uid, pid, startTime: startTime(pid) ?? '' };
    this.running = [...this.alive(), container];
    fs.writeFileSync(this.file, JSON.stringify(this.running));
    const start: ContainerStart = { at: Date.now(), component, uid: pod.uid, pid, argv: pod.argv };
    fs.appendFileSync(path.join(stateDirectory, 'starts.log'), `${JSON.stringify(start)}\n`);
    return container;
  }

  public signal(container: Container, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!isAlive(container)) return;
    try {
      process.kill(container.pid, signal);
    } catch { /* gone */ }
  }
}

export function isAlive({ pid, startTime: expected }: Container): boolean {
  return startTime(pid) === expected;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
