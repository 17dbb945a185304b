import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A static pod as kubelet's file source sees it. */
export interface StaticPod {
  /** `namespace/name`: one pod of a name runs at a time. */
  readonly name: string;
  readonly uid: string;
  readonly argv: readonly string[];
  /** Where the first probe looks. */
  readonly listen: string;
  /** hostPath volumes of type File: kubelet waits for them. */
  readonly files: readonly string[];
}

/**
 * kubelet's file source: a list from time to time, and a watch in between that ignores dot-files and keeps what it knows when a file cannot be
 * decoded. https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/config/file.go
 */
export class FileSource {
  private store = new Map<string, StaticPod>();
  private readonly keys = new Map<string, string>();

  public constructor(private readonly directory: string) {}

  public list(): ReadonlyMap<string, StaticPod> {
    const names = fs.readdirSync(this.directory).filter(name => !name.startsWith('.')).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const pods = new Map<string, StaticPod>();
    for (const name of names) {
      const pod = this.decode(name);
      // The last file wins.
      if (pod) pods.set(pod.name, pod);
    }
    this.store = pods;
    return this.store;
  }

  public event(what: 'put' | 'gone', name: string): ReadonlyMap<string, StaticPod> {
    if (name.startsWith('.')) return this.store;
    this.store = new Map(this.store);
    if (what === 'put') {
      const pod = this.decode(name);
      if (pod) this.store.set(pod.name, pod);
    } else {
      this.store.delete(this.keys.get(name) ?? '');
    }
    return this.store;
  }

  private decode(name: string): StaticPod | undefined {
    try {
      const file = path.join(this.directory, name);
      if (!fs.statSync(file).isFile()) return undefined;
      const text = fs.readFileSync(file, 'utf8');
      const pod = readPod(text, file);
      this.keys.set(name, pod.name);
      return pod;
    } catch {
      return undefined;
    }
  }
}

export function readPod(text: string, file: string): StaticPod {
  const docs = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, strict: false });
  const pod = docs[0]!.toJS();
  if (pod.kind !== 'Pod') throw new Error('not a Pod');
  const [container] = pod.spec.containers;
  const get = container.startupProbe?.httpGet;
  return {
    name: `${pod.metadata.namespace}/${pod.metadata.name}`,
    // Of the decoded object and the file's name: comments and the mode make no difference, an annotation does.
    uid: createHash('md5').update(JSON.stringify(pod)).update(`file:${file}`).digest('hex'),
    argv: [...container.command, ...container.args ?? []],
    listen: `${get?.host}:${get?.port}`,
    files: (pod.spec.volumes ?? []).filter((v: any) => v.hostPath?.type === 'File').map((v: any) => v.hostPath.path),
  };
}
