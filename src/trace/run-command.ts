import { spawn } from 'child_process';
import { constants } from 'os';

/** How the command ended. */
export interface CommandEnd {
  /** As a shell counts: 128 and the signal's number, 127 where there is no such program, 126 where it cannot be run. */
  readonly status: number;
  /** What ended it. */
  readonly signal?: NodeJS.Signals;
  /** Why it could not be started. */
  readonly error?: string;
  /** Told to end from outside, so that nobody waits for spans. */
  readonly told: boolean;
}

/** Those that ask a program to end come from outside; what the terminal sends reaches the command by itself. */
const FORWARDED = ['SIGTERM', 'SIGHUP'] as const;
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;

const REASONS: { readonly [code: string]: string } = { ENOENT: 'no such program', EACCES: 'permission denied: a program is required that may be run' };

/** Runs the command with this program's own standard streams. */
export function runCommand([program, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<CommandEnd> {
  return new Promise(resolve => {
    let told = false;
    const child = spawn(program, args, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals) => {
      told = true;
      child.kill(signal);
    };
    const ignore = () => undefined;
    for (const signal of FORWARDED) process.on(signal, forward);
    for (const signal of FROM_TERMINAL) process.on(signal, ignore);
    const end = (result: Omit<CommandEnd, 'told'>) => {
      for (const signal of FORWARDED) process.off(signal, forward);
      for (const signal of FROM_TERMINAL) process.off(signal, ignore);
      resolve({ ...result, told });
    };
    child.on('error', (error: NodeJS.ErrnoException) => end({ status: error.code === 'ENOENT' ? 127 : 126, error: REASONS[error.code ?? ''] ?? error.message }));
    child.on('exit', (code, signal) => end(signal === null ? { status: code ?? 0 } : { status: 128 + constants.signals[signal], signal }));
  });
}
