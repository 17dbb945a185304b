import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Readable, Writable } from 'node:stream';

export const CHROMIUM = '/usr/bin/chromium';

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

const KEYS: { readonly [name: string]: number } = {
  Tab: 9, Enter: 13, Escape: 27, PageUp: 33, PageDown: 34, End: 35, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40,
};

type Json = { readonly [key: string]: any };

/** A headless Chromium with one page, driven by the DevTools protocol over two pipes: https://chromedevtools.github.io/devtools-protocol/ */
export class Chromium {
  public static async start(): Promise<Chromium> {
    const profile = fs.mkdtempSync(path.join(tmpdir(), 'chromium-'));
    const child = spawn(CHROMIUM, [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--force-color-profile=srgb', `--user-data-dir=${profile}`, 'about:blank',
    ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: profile }, detached: true });
    const browser = new Chromium(child, profile);
    const { targetInfos } = await browser.send('Target.getTargets');
    const { targetId } = (targetInfos as Json[]).find(({ type }) => type === 'page')!;
    browser.session = (await browser.send('Target.attachToTarget', { targetId, flatten: true })).sessionId as string;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.send(`${domain}.enable`);
    return browser;
  }

  /** Everything that the page complained of. */
  public readonly complaints: string[] = [];
  /** Every address that was asked for. */
  public readonly requests: string[] = [];
  private readonly waiting = new Map<number, { readonly resolve: (result: Json) => void; readonly reject: (error: Error) => void }>();
  private readonly events = new Map<string, (params: Json) => void>();
  private next = 1;
  private session: string | undefined;

  private constructor(private readonly child: ChildProcess, private readonly profile: string) {
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (data: string) => {
      const messages = (rest + data).split('\0');
      rest = messages.pop()!;
      for (const message of messages) this.take(JSON.parse(message) as Json);
    });
    child.once('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('Chromium has ended'));
      this.waiting.clear();
    });
  }

  /** Opens a file and waits until it is loaded. */
  public async open(file: string, { width = 1280, height = 900, dark = false }: PageOptions = {}, hash = ''): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }, { name: 'prefers-reduced-motion', value: 'reduce' }] });
    // Where only what is behind the # changes, nothing would be loaded.
    for (const url of ['about:blank', `file://${file}${hash}`]) {
      const loaded = this.event('Page.loadEventFired');
      await this.send('Page.navigate', { url });
      await loaded;
    }
    await this.rest();
  }

  /** Evaluates JavaScript in the page. */
  public async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  }

  /** Until the expression is true. */
  public async until(expression: string): Promise<void> {
    for (let i = 0; i < 200; i++) {
      if (await this.value(`Boolean(${expression})`)) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`never true: ${expression}`);
  }

  public text(selector: string): Promise<string> {
    return this.value(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`);
  }

  /** Clicks into the middle of the element, as a mouse does: whatever lies above it takes the click. */
  public async click(selector: string): Promise<void> {
    const at = await this.value<{ x: number; y: number } | null>(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      if (!element) return null;
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`);
    if (!at) throw new Error(`the page has no ${selector}`);
    for (const type of ['mousePressed', 'mouseReleased']) await this.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
    await this.rest();
  }

  /** Presses keys such as `Tab`, `Enter`, `ArrowDown`, `/`. */
  public async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
      const event = { key, windowsVirtualKeyCode: KEYS[key] ?? key.toUpperCase().charCodeAt(0), ...text !== undefined && { text } };
      await this.send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', ...event });
      await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    }
    await this.rest();
  }

  public async type(text: string): Promise<void> {
    await this.send('Input.insertText', { text });
    await new Promise(resolve => setTimeout(resolve, 200));
    await this.rest();
  }

  public async screenshot(file: string): Promise<void> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    fs.writeFileSync(file, Buffer.from(data as string, 'base64'));
  }

  public async stop(): Promise<void> {
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    try {
      process.kill(-this.child.pid!, 'SIGKILL');
      await ended;
    } finally {
      fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  public send(method: string, params: Json = {}): Promise<Json> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject: error => reject(new Error(`${method}: ${error.message}`)) });
      (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...this.session && { sessionId: this.session } })}\0`);
    });
  }

  private event(method: string): Promise<Json> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${method}`)), 60_000);
      this.events.set(method, params => {
        clearTimeout(timer);
        resolve(params);
      });
    });
  }

  /** Until what was asked for is drawn. */
  private async rest(): Promise<void> {
    await this.value('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 20))))');
  }

  private take({ id, result, error, method, params }: Json): void {
    const waiting = this.waiting.get(id as number);
    this.waiting.delete(id as number);
    if (error) waiting?.reject(new Error(error.message as string));
    else waiting?.resolve(result as Json);
    if (method === 'Runtime.exceptionThrown') this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled') this.complaints.push(`console.${params.type}: ${JSON.stringify(params.args)}`);
    if (method === 'Log.entryAdded') this.complaints.push(`${params.entry.source}: ${params.entry.text}`);
    if (method === 'Page.javascriptDialogOpening') this.complaints.push(`a dialog: ${params.message}`);
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url as string);
    const listener = this.events.get(method as string);
    this.events.delete(method as string);
    listener?.(params as Json);
  }
}
