import { createReadStream, fstatSync, statSync } from 'fs';
import { Readable } from 'stream';
import { createGunzip, Gunzip } from 'zlib';
import { Lines } from './lines';
import type { SpanReader } from './span-reader';

const CHUNK = 1024 * 1024;

/** What else a file of spans may be, by its first bytes. */
const FOREIGN: readonly { readonly begin: readonly number[]; readonly what: string; readonly wayOut: string }[] = [
  { begin: [0x28, 0xb5, 0x2f, 0xfd], what: 'compressed with zstd', wayOut: 'zstd -dc' },
  { begin: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'compressed with xz', wayOut: 'xz -dc' },
  { begin: [0x42, 0x5a, 0x68], what: 'compressed with bzip2', wayOut: 'bzip2 -dc' },
  { begin: [0x50, 0x4b, 0x03, 0x04], what: 'a ZIP archive', wayOut: 'unzip -p' },
  // PowerShell's ">" makes them.
  { begin: [0xff, 0xfe], what: 'in UTF-16', wayOut: 'iconv -f UTF-16 -t UTF-8' },
  { begin: [0xfe, 0xff], what: 'in UTF-16', wayOut: 'iconv -f UTF-16 -t UTF-8' },
];

export interface InputProgress {
  /** Bytes of the file, compressed as it is. */
  readonly read: number;
  /** 0: not known */
  readonly size: number;
}

/**
 * Reads a file, or standard input for `-`, gzip or not, into the reader.
 *
 * @returns what must be said about it
 * @throws where the file cannot be opened, and where it is packed in another way
 */
export async function readInput(file: string, reader: Pick<SpanReader, 'line' | 'end'>, progress: (progress: InputProgress) => void): Promise<string[]> {
  const name = file === '-' ? 'standard input' : file;
  const size = file === '-' ? sizeOfStandardInput() : statSync(file).size;
  const source: Readable = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
  const lines = new Lines(line => reader.line(line));
  const notes: string[] = [];
  let read = 0;
  let gunzip: Gunzip | undefined;
  let gunzipped: Promise<void> | undefined;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (read === 0) {
      const foreign = FOREIGN.find(({ begin }) => startsWith(chunk, begin));
      if (foreign) {
        source.destroy();
        throw new Error(`${foreign.what}, which is not read here: ${file === '-' ? 'convert it' : `use \`${foreign.wayOut} ${file} | cdk8s-control-plane-tracing report -\``}`);
      }
      if (startsWith(chunk, [0x1f, 0x8b])) {
        gunzip = createGunzip({ chunkSize: CHUNK });
        gunzipped = unpack(gunzip, lines).catch(error => void notes.push(`${name}: the gzip data is damaged or cut off (${(error as Error).message}); what is before that is in the report`));
      }
    }
    read += chunk.length;
    progress({ read, size });
    if (!gunzip) lines.add(chunk);
    else if (gunzip.destroyed) break;
    else if (!gunzip.write(chunk)) await drained(gunzip);
  }
  if (gunzip) {
    if (!gunzip.destroyed) gunzip.end();
    await gunzipped;
  }
  lines.end();
  reader.end();
  if (lines.tooLong > 0) notes.push(`${name}: ${lines.tooLong} ${lines.tooLong === 1 ? 'line' : 'lines'} of more than 256 MiB left out`);
  return notes;
}

async function unpack(gunzip: Gunzip, lines: Lines): Promise<void> {
  for await (const chunk of gunzip as AsyncIterable<Buffer>) lines.add(chunk);
}

function drained(gunzip: Gunzip): Promise<void> {
  return new Promise(resolve => {
    gunzip.once('drain', resolve);
    gunzip.once('close', resolve);
  });
}

function startsWith(chunk: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => chunk[i] === byte);
}

function sizeOfStandardInput(): number {
  try {
    const stat = fstatSync(0);
    return stat.isFile() ? stat.size : 0;
  } catch {
    return 0;
  }
}
