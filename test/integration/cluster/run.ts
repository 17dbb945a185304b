/** Running programs: always an argument list, never a shell's command line. */
import { ChildProcess, spawn, SpawnOptions } from 'node:child_process';

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Resolve also when the exit status is not 0. */
  readonly allowFailure?: boolean;
  readonly timeoutSeconds?: number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects when it fails, unless `allowFailure` is set, and when it takes too long. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = start(argv, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.stdin!.on('error', () => {}).end(options.stdin ?? ''); // a program need not read its input
    const seconds = options.timeoutSeconds ?? 120;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    const fail = (why: string) => reject(new Error(`${argv.join(' ')}: ${why}\n${output.stdout}${output.stderr}`.trimEnd()));
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (late) fail(`not finished after ${seconds} s`);
      else if (code !== 0 && !options.allowFailure) fail(`ended with ${code ?? signal}`);
      else resolve({ code: code ?? 128, ...output });
    });
  });
}

export function start(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(argv[0]!, argv.slice(1), options);
}

/** The first line that a program prints. */
export function firstLine(child: ChildProcess, what: string, timeoutSeconds = 20): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${what} did not start within ${timeoutSeconds} s`)), timeoutSeconds * 1000);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${what} ended with ${code} before it had started`)));
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}
