/**
 * Container images in the layout of `docker save`, which containerd imports:
 * https://github.com/moby/moby/blob/master/image/spec/v1.2.md
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, contentHash, publish } from './cache';
import { Sink, TarFile, tarHeader, tarPadding, tarSize, writeTar } from './tar';

export interface Image {
  /** The name with its tag, as pods write it. */
  readonly name: string;
  readonly files: readonly TarFile[];
  readonly entrypoint?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
}

/** Writes the image unless it is in the cache; returns the path of the archive. */
export async function ensureImage(image: Image): Promise<string> {
  const sources = image.files.flatMap(({ source }) => {
    if (!source) return [];
    // Large files are told apart by identity: hashing them at every start would take seconds.
    const { size, mtimeMs, ino } = fs.statSync(source);
    return [`${size} ${mtimeMs} ${ino}`];
  });
  const hash = contentHash([JSON.stringify(image), ...sources]);
  const entry = path.join(cacheRoot(), 'images', `${image.name.replace(/[^a-z0-9.-]+/gi, '_')}-${hash}`);
  const archive = path.join(entry, 'image.tar');
  if (!fs.existsSync(archive)) await publish(entry, async (directory) => writeArchive(image, path.join(directory, 'image.tar')));
  return archive;
}

function writeArchive(image: Image, archive: string): void {
  const descriptor = fs.openSync(archive, 'w');
  const write: Sink = (chunk) => {
    for (let done = 0; done < chunk.length;) done += fs.writeSync(descriptor, chunk, done);
  };
  try {
    // The layer comes first and is hashed while it is written: its size is known before, its digest only after.
    const digest = createHash('sha256');
    const layerSize = tarSize(image.files);
    write(tarHeader('layer.tar', layerSize, 0o644));
    writeTar(image.files, (chunk) => {
      digest.update(chunk);
      write(chunk);
    });
    write(tarPadding(layerSize));
    const config = imageConfig(image, `sha256:${digest.digest('hex')}`);
    const manifest = [{ Config: 'config.json', RepoTags: [image.name], Layers: ['layer.tar'] }];
    writeTar([
      { path: 'config.json', content: JSON.stringify(config), mode: 0o644 },
      { path: 'manifest.json', content: JSON.stringify(manifest), mode: 0o644 },
    ], write);
  } finally {
    fs.closeSync(descriptor);
  }
}

function imageConfig(image: Image, layerDigest: string): object {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Entrypoint: image.entrypoint,
      Env: image.env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      User: image.user ?? '',
      WorkingDir: '/',
    },
    rootfs: { type: 'layers', diff_ids: [layerDigest] },
    history: [{ created_by: 'cdk8s-control-plane-tracing tests' }],
  };
}
