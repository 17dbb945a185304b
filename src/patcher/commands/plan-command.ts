import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'fs';
import { basename, join } from 'path';
import { fromDirectory } from './manifests-directory';
import { UsageError } from './options';
import { PlanOptions, readPlanOptions } from './plan-options';
import { changedOf, coloured, planText } from './plan-text';
import { EXIT } from '../../patch-spec/exit-status';
import { sentence } from '../apply/outcome';
import { etcdMemberName } from '../plan/etcd';
import { ManifestFile, Plan, PlanResult } from '../plan/plan';
import { plan } from '../plan/planner';
import { Refused } from '../plan/refusal';

/** What a command may say; the streams belong to main. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `out` is a terminal that shows colours. */
  readonly colour?: boolean;
}

/** Shows what a node would get; writes only into the directory of `--out`. @returns the exit status: as that of `kubectl diff`, above 1 refused */
export function planCommand(args: readonly string[], { out, err, colour = false }: Output): number {
  const options = readPlanOptions(args);
  const result = tryPlan(options);
  if (result.kind === 'refused') {
    if (options.output === 'json') out(JSON.stringify({ refusals: result.refusals }, null, 2) + '\n');
    for (const { code, at, message } of result.refusals) err(sentence({ kind: 'refused', code, reason: `${at}: ${message}` }) + '\n');
    return EXIT.refused;
  }
  const { plan: made } = result;
  const text = options.output === 'json' ? json(made) : planText(made, options.spec.controlPlaneNodes);
  out(colour && options.output === 'diff' ? coloured(text) : text);
  if (options.out !== undefined) write(options.out, made);
  return changedOf(made).length > 0 ? 1 : 0;
}

function tryPlan(options: PlanOptions): PlanResult {
  let manifests;
  try {
    manifests = fromDirectory(options.manifests, () => readManifests(options.manifests));
  } catch (e) {
    if (e instanceof Refused) return { kind: 'refused', refusals: [e.refusal] };
    throw e;
  }
  if (options.out !== undefined) refuseSameDirectory(options.manifests, options.out);
  // kubeadm names the member after the node; without an etcd on this node the name is used for nothing.
  const nodeName = options.nodeName ?? etcdMemberName(manifests);
  if (nodeName === undefined) throw new UsageError('--node-name is required: the command line of etcd has no --name');
  return plan({ spec: options.spec, facts: { ...options.facts, nodeName }, manifests, template: options.template });
}

/** Without the texts of the renames on the way, which repeat the manifests. */
function json({ components, ...rest }: Plan): string {
  const shown = components.map(({ interim: _, rollbackInterim: __, ...component }) => component);
  return JSON.stringify({ components: shown, ...rest }, null, 2) + '\n';
}

/** What kubelet would read: every file without a leading dot, links followed. */
function readManifests(directory: string): ManifestFile[] {
  return readdirSync(directory)
    .filter(name => !name.startsWith('.') && statSync(join(directory, name)).isFile())
    .sort()
    .map(name => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
}

function write(directory: string, { components, configFile }: Plan): void {
  mkdirSync(directory, { recursive: true });
  for (const { file, after } of components) writeFileSync(join(directory, file), after);
  if (configFile) writeFileSync(join(directory, basename(configFile.path)), configFile.text);
}

function refuseSameDirectory(manifests: string, out: string): void {
  let real;
  try {
    real = realpathSync(out);
  } catch {
    // It does not exist yet, so it is another one.
    return;
  }
  // Writing manifests in place is `apply`: kubelet reads a file while it is being written.
  if (real === realpathSync(manifests)) throw new UsageError(`--out (${out}) must be another directory than --manifests: plan never changes what it reads`);
}
