/** Just enough of the tar format (POSIX ustar) to write image layers without unpacking or copying anything first. */
import * as fs from 'node:fs';

const BLOCK = 512;

export interface TarFile {
  readonly path: string;
  /** The content itself, or a file to copy it from; neither means a directory. */
  readonly content?: string;
  readonly source?: string;
  readonly mode?: number;
}

export type Sink = (chunk: Buffer) => void;

/** The size of one file in a tar archive: its header and its content, each padded to whole blocks. */
function entrySize(file: TarFile): number {
  return BLOCK + Math.ceil(contentSize(file) / BLOCK) * BLOCK;
}

function contentSize(file: TarFile): number {
  return file.source ? fs.statSync(file.source).size : Buffer.byteLength(file.content ?? '');
}

/** The size of a whole archive, with the two empty blocks at its end. */
export function tarSize(files: readonly TarFile[]): number {
  return files.reduce((sum, file) => sum + entrySize(file), 2 * BLOCK);
}

export function writeTar(files: readonly TarFile[], write: Sink): void {
  for (const file of files) {
    const isDirectory = file.source === undefined && file.content === undefined;
    const size = contentSize(file);
    write(tarHeader(isDirectory ? `${file.path}/` : file.path, size, file.mode ?? 0o755, isDirectory));
    if (file.source) copyFile(file.source, write);
    else write(Buffer.from(file.content ?? ''));
    write(tarPadding(size));
  }
  write(Buffer.alloc(2 * BLOCK));
}

export function tarHeader(name: string, size: number, mode: number, isDirectory = false): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`'${name}' is too long for a tar header`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108); // owner
  header.write(octal(0, 8), 116); // group
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136); // time: equal input gives equal bytes
  header.write(' '.repeat(8), 148); // the checksum is taken over spaces
  header.write(isDirectory ? '5' : '0', 156);
  header.write('ustar\u000000', 257);
  header.write(octal(header.reduce((sum, byte) => sum + byte, 0), 7), 148);
  return header;
}

export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function copyFile(source: string, write: Sink): void {
  const descriptor = fs.openSync(source, 'r');
  try {
    const chunk = Buffer.alloc(1024 * 1024);
    for (let length; (length = fs.readSync(descriptor, chunk)) > 0;) write(chunk.subarray(0, length));
  } finally {
    fs.closeSync(descriptor);
  }
}
