import { readFileSync } from 'fs';
import { join } from 'path';
import { suggestion, UsageError } from './commands/options';
import { EXIT } from '../patch-spec/exit-status';

export interface Command {
  /** What it does, for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** @returns the exit status */
  readonly run: (args: readonly string[]) => number | Promise<number>;
}

// Whoever reads along may go (a closed terminal, `| head`): no reason to end in the middle of a change.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

export const out = (text: string) => void process.stdout.write(text);
export const err = (text: string) => void process.stderr.write(text);

/** Carries out the command line of this process, and sets its exit status. */
export function runProgram(commands: Readonly<Record<string, Command>>): void {
  // Should the program come to its end without having decided anything, that is no success.
  process.exitCode = EXIT.stopped;
  // Not process.exit(): what was printed must still come out.
  main(commands, process.argv.slice(2)).then(status => { process.exitCode = status; }, e => {
    const wrongUsage = e instanceof UsageError;
    err(wrongUsage ? `${e.message.trimEnd()}\n` : `${e instanceof Error ? e.stack : String(e)}\n`);
    process.exitCode = wrongUsage ? EXIT.usage : EXIT.stopped;
  });
}

async function main(commands: Readonly<Record<string, Command>>, [name = '', ...args]: readonly string[]): Promise<number> {
  if (/^(--version|-v|-V|version)$/.test(name)) return said(version());
  const asked = /^(-h|--help|help)$/.test(name) ? args[0] : args.some(isHelp) ? name : undefined;
  if (asked === undefined && (isHelp(name) || name === 'help')) return said(usage(commands));
  const command = Object.hasOwn(commands, asked ?? name) ? commands[asked ?? name]! : undefined;
  if (!command) {
    const word = asked ?? name;
    throw new UsageError(`${word === '' ? 'a command is required' : `unknown command ${word}${suggestion(word, Object.keys(commands))}`}\n\n${usage(commands)}`);
  }
  return asked === undefined ? command.run(args) : said(command.usage);
}

function usage(commands: Readonly<Record<string, Command>>): string {
  return `usage: cdk8s-control-plane-tracing COMMAND [options]\n\n${
    Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`).join('')
  }\nhelp COMMAND, or COMMAND --help, tells its options; --version tells the version of this package.\n`;
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

function said(text: string): number {
  out(text);
  return EXIT.done;
}

/** Not part of the program, so that a new version of the package alone is no reason for another Job. */
function version(): string {
  try {
    return `${(JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string }).version}\n`;
  } catch {
    return 'unknown: not run from the package\n';
  }
}
