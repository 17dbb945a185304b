import { spawn } from 'child_process';

export interface CallerOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** kubectl as the caller has it: with their kubeconfig, their context, and whatever gives them credentials. */
export class Caller {
  /** What comes before every subcommand. */
  public readonly words: readonly string[];

  constructor({ kubeconfig, context }: CallerOptions) {
    this.words = [...kubeconfig !== undefined ? ['--kubeconfig', kubeconfig] : [], ...context !== undefined ? ['--context', context] : []];
  }

  /** @throws an error with what kubectl says, where it fails */
  public async json(...args: string[]): Promise<unknown> {
    const { status, stdout, stderr } = await this.run(args);
    if (status !== 0) throw new Error(said(stderr) || `kubectl ${args.join(' ')} ended with ${status}`);
    return JSON.parse(stdout);
  }

  /** @param chunk takes standard output as it comes; it is not collected then */
  public run(args: readonly string[], chunk?: (data: Buffer) => void): Promise<Said> {
    return new Promise((resolve, reject) => {
      // Away from the terminal's interrupts: what follows one is decided here.
      const child = spawn('kubectl', [...this.words, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', chunk ?? ((data: Buffer) => out.push(data)));
      child.stderr.on('data', (data: Buffer) => err.push(data));
      child.on('error', error => reject(kubectlError(error)));
      child.on('close', code => resolve({ status: code ?? 1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
    });
  }
}

export function kubectlError(error: NodeJS.ErrnoException): Error {
  return error.code === 'ENOENT' ? KUBECTL_MISSING : error;
}

export const KUBECTL_MISSING = new Error('kubectl is required, and is not in PATH: it brings the credentials of your kubeconfig');

/** The last line that says something. */
export function said(stderr: string): string {
  return stderr.split('\n').map(line => line.trim()).filter(line => line !== '').pop() ?? '';
}
