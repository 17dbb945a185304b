/**
 * The images of a cluster, made from the locally built components: nothing is pulled from a registry.
 */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { ensureComponents } from './build';
import { ClusterVersion, COLLECTOR_VERSION, ComponentId, NEWEST, PAUSE_VERSION } from './catalog';
import { ensureImage, Image } from './image-archive';
import { TarFile } from './tar';

const run = promisify(execFile);

export const COLLECTOR_IMAGE = `ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:${COLLECTOR_VERSION}`;
export const NODE_IMAGE = 'docker.io/library/node:24-alpine';

/** Paths of image archives. */
export interface ClusterImages {
  /** What kubelet needs before the API server can run. */
  readonly controlPlane: readonly string[];
  /** The Collector and Node. */
  readonly workload: readonly string[];
  /** The name of the image that holds a pod's namespaces open. */
  readonly pause: string;
}

/** The images of a kubeadm control plane under the names that kubeadm writes, and those of the workload. */
export async function ensureClusterImages(log?: (line: string) => void, version: ClusterVersion = NEWEST): Promise<ClusterImages> {
  const controlPlane = await controlPlaneImages(version.kubernetes, version.etcd, log);
  const workload = [await collectorImage(log), await nodeImage()];
  return {
    controlPlane: await Promise.all(controlPlane.map(ensureImage)),
    workload: await Promise.all(workload.map(ensureImage)),
    pause: controlPlane.find(({ name }) => name.includes('/pause:'))!.name,
  };
}

/**
 * The images of a control plane of any version that can be built. kubeadm says which name each must have;
 * the etcd inside may be a later patch release than its tag, because not every one can be built.
 */
export async function controlPlaneImages(kubernetes: string, etcd: string, log?: (line: string) => void): Promise<Image[]> {
  const ids: Record<string, ComponentId> = {
    'kube-apiserver': `kube-apiserver@${kubernetes}`,
    'kube-controller-manager': `kube-controller-manager@${kubernetes}`,
    'kube-scheduler': `kube-scheduler@${kubernetes}`,
    'etcd': `etcd@${etcd}`,
    'pause': `pause@${PAUSE_VERSION}`,
  };
  const kubeadm: ComponentId = `kubeadm@${kubernetes}`;
  const binaries = await ensureComponents([kubeadm, ...Object.values(ids)], log);
  const { stdout } = await run(binaries.get(kubeadm)!, ['config', 'images', 'list', '--kubernetes-version', `v${kubernetes}`]);
  return stdout.trim().split('\n').flatMap((name): Image[] => {
    const component = name.slice(name.lastIndexOf('/') + 1, name.lastIndexOf(':'));
    const id = ids[component];
    if (!id) return []; // kube-proxy runs as a process, and nothing here needs cluster DNS
    const file = component === 'pause' ? 'pause' : `usr/local/bin/${component}`;
    return [{
      name,
      files: [...directoriesOf(file), { path: file, source: binaries.get(id)! }],
      // The manifests name the command themselves; only the pause image must start without one.
      entrypoint: component === 'pause' ? ['/pause'] : undefined,
    }];
  });
}

async function collectorImage(log?: (line: string) => void): Promise<Image> {
  const id: ComponentId = `otelcol-k8s@${COLLECTOR_VERSION}`;
  const binaries = await ensureComponents([id], log);
  return {
    name: COLLECTOR_IMAGE,
    files: [{ path: 'otelcol-k8s', source: binaries.get(id)! }, { path: 'tmp', mode: 0o1777 }],
    entrypoint: ['/otelcol-k8s'],
    user: '10001',
  };
}

/**
 * A stand-in for the Node image: this machine's own `node` with the libraries it is linked to, under the name that
 * the Job asks for. It is not Alpine, not necessarily Node 24, and has no shell.
 *
 * @param besides paths of other programs of this machine that shall be in it
 */
export async function nodeImage(name = NODE_IMAGE, besides: readonly string[] = []): Promise<Image> {
  const node = fs.realpathSync(process.execPath);
  const { stdout } = await run('ldd', [node, ...besides]);
  const libraries = new Set([...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(/gm)].map((match) => match[1]!));
  const files: TarFile[] = [
    { path: 'usr/local/bin/node', source: node },
    ...besides.map((program) => ({ path: `usr/local/bin/${path.basename(program)}`, source: program })),
    ...[...libraries].map((library) => ({ path: library.slice(1), source: fs.realpathSync(library) })),
  ];
  return {
    name,
    files: [
      ...new Map(files.flatMap(({ path: file }) => directoriesOf(file)).map((directory) => [directory.path, directory])).values(),
      { path: 'tmp', mode: 0o1777 },
      { path: 'etc' },
      { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/sbin/nologin\nnode:x:1000:1000::/home/node:/sbin/nologin\n', mode: 0o644 },
      ...files,
    ],
  };
}

function directoriesOf(file: string): TarFile[] {
  const parent = path.dirname(file);
  return parent === '.' ? [] : [...directoriesOf(parent), { path: parent }];
}
