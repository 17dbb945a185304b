import { ChildProcess, spawn } from 'child_process';
import { rmSync } from 'fs';
import { request } from 'http';
import { connect } from 'net';
import { join } from 'path';
import { Caller, KUBECTL_MISSING, kubectlError, said } from './caller';

/** Milliseconds; a plugin may ask its owner for a password. */
const PATIENCE = 120_000;

/** Where kubectl looks for an API server that no kubeconfig names. */
const DEFAULT_ADDRESS = /\b(?:127\.0\.0\.1|localhost):8080\b|\[::1\]:8080\b/;
const NO_KUBECONFIG = 'kubectl has no kubeconfig and asks its default address; set KUBECONFIG, or use --kubeconfig FILE';
const WHICH = 'is it the one of your kubeconfig and its context? --kubeconfig and --context choose others';

/**
 * Ends kubectl and removes the directory as soon as standard input is closed, which the system does however this program ends.
 *
 * A job in the background gets no standard input, so it reads a copy.
 */
const WATCH = `
directory=$1; shift
exec 3<&0
"$@" 3<&- >/dev/null & proxy=$!
(cat <&3 >/dev/null; kill $proxy; rm -rf "$directory") 2>/dev/null & watch=$!
exec 3<&-
wait $proxy; status=$?
kill $watch 2>/dev/null
rm -rf "$directory"
exit $status`;

/** `kubectl proxy` with the caller's own credentials, on a Unix socket in a directory that only they can enter. */
export class Upstream {
  public readonly socket: string;
  private child: ChildProcess | undefined;
  private stderr = '';

  /** @param directory of this run; it goes with the proxy */
  constructor(private readonly caller: Caller, private readonly directory: string) {
    this.socket = join(directory, 'api');
  }

  public async start(): Promise<void> {
    // As it is where the path is given; what it refuses by itself (exec, attach) is what the caller may do anyway.
    const proxy = ['proxy', '--unix-socket', this.socket, '--api-prefix', '/', '--accept-paths', '^.*', '--reject-paths', '^$', '--accept-hosts', '^localhost$'];
    // In a session of its own, which no interrupt from the terminal reaches.
    const child = spawn('sh', ['-c', WATCH, 'sh', this.directory, 'kubectl', ...this.caller.words, ...proxy], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    this.child = child;
    let ended: Error | undefined;
    child.stderr!.on('data', (data: Buffer) => { this.stderr += data.toString(); });
    child.on('error', error => { ended = kubectlError(error); });
    child.on('close', code => { ended ??= code === 127 ? KUBECTL_MISSING : new Error(`kubectl proxy ended with ${code}: ${said(this.stderr)}`); });
    for (const until = Date.now() + PATIENCE; ; await new Promise(resolve => setTimeout(resolve, 20))) {
      if (ended) throw ended;
      if (await this.answers()) return;
      if (Date.now() > until) throw new Error(`kubectl proxy does not answer within ${PATIENCE / 1000} s: ${said(this.stderr)}`);
    }
  }

  public stop(): void {
    this.child?.stdin?.end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** @throws an error that names the path, and what the API server says */
  public async ask(method: string, path: string, body?: object): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { status, answer } = await this.send(method, path, text);
    // kubectl proxy itself answers in the place of an API server that it cannot reach.
    if (status === 502) throw new Error(`the API server does not answer: ${message(answer)}: ${DEFAULT_ADDRESS.test(answer) ? NO_KUBECONFIG : WHICH}`);
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${message(answer) || `status ${status}`}`);
    try {
      return JSON.parse(answer);
    } catch {
      throw new Error(`${method} ${path}: the answer is not JSON, so this is no API server: ${WHICH}`);
    }
  }

  private async answers(): Promise<boolean> {
    return new Promise(resolve => {
      const connection = connect(this.socket, () => {
        connection.destroy();
        resolve(true);
      });
      connection.on('error', () => resolve(false));
    });
  }

  private send(method: string, path: string, text?: string): Promise<{ readonly status: number; readonly answer: string }> {
    return new Promise((resolve, reject) => {
      const headers = { host: 'localhost', ...text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } };
      const sent = request({ socketPath: this.socket, method, path, headers, agent: false, timeout: PATIENCE }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString() }));
      });
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within ${PATIENCE / 1000} s`)));
      sent.on('error', reject);
      sent.end(text);
    });
  }
}

function message(answer: string): string {
  try {
    return (JSON.parse(answer) as { readonly message?: string }).message ?? '';
  } catch {
    return answer.trim().slice(0, 300);
  }
}
