import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'fs';
import { basename, join } from 'path';
import { createTwoFilesPatch } from 'diff';
import { PLAN_USAGE, readPlanOptions } from './plan-options';
import { etcdMemberName } from '../plan/etcd';
import { ManifestFile, Plan } from '../plan/plan';
import { plan } from '../plan/planner';

export type PlanEnd = 'nothing to do' | 'differences' | 'refused' | 'wrong usage';

/** What a command may say; the streams belong to main. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Shows what a node would get; writes only into the directory of `--out`. */
export function planCommand(args: readonly string[], { out, err }: Output): PlanEnd {
  if (args.includes('--help')) {
    out(PLAN_USAGE);
    return 'nothing to do';
  }
  let options;
  let manifests;
  let nodeName;
  try {
    options = readPlanOptions(args);
    manifests = readManifests(options.manifests);
    if (options.out !== undefined) refuseSameDirectory(options.manifests, options.out);
    // kubeadm names the member after the node; without an etcd on this node the name is used for nothing.
    nodeName = options.nodeName ?? etcdMemberName(manifests);
    if (nodeName === undefined) throw new Error('--node-name is required: the command line of etcd has no --name');
  } catch (e) {
    err(`${(e as Error).message}\n`);
    return 'wrong usage';
  }
  const result = plan({ spec: options.spec, facts: { ...options.facts, nodeName }, manifests, template: options.template });
  if (result.kind === 'refused') {
    for (const { code, at, message } of result.refusals) err(`refused: ${at}: ${message} [${code}]\n`);
    return 'refused';
  }
  out(options.output === 'json' ? JSON.stringify(result.plan, null, 2) + '\n' : render(result.plan));
  if (options.out !== undefined) write(options.out, result.plan);
  return result.plan.components.some(component => component.before !== component.after) ? 'differences' : 'nothing to do';
}

/** What kubelet would read: every file without a leading dot, links followed. */
function readManifests(directory: string): ManifestFile[] {
  try {
    return readdirSync(directory)
      .filter(name => !name.startsWith('.') && statSync(join(directory, name)).isFile())
      .sort()
      .map(name => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
  } catch (e) {
    throw new Error(`--manifests (${directory}) cannot be read: ${(e as Error).message}`);
  }
}

/** Lines that begin with "#" say why; `patch` and `git apply` skip them. */
function render({ components, configFile, notes }: Plan): string {
  const changed = components.filter(component => component.before !== component.after);
  const why = [...notes.map(note => `note: ${note}`), ...changed.flatMap(component => component.changes)];
  if (changed.length === 0) why.push(components.length === 0 ? 'nothing to do' : `nothing to do: ${components.map(c => c.file).join(' and ')} already as wanted`);
  return [
    ...why.map(line => `# ${line}\n`),
    ...changed.length > 0 && configFile ? [unified('/dev/null', configFile.path, '', configFile.text)] : [],
    ...changed.map(({ file, before, after }) => unified(`a/${file}`, `b/${file}`, before, after)),
  ].join('');
}

function unified(oldName: string, newName: string, before: string, after: string): string {
  return createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, { context: 3 }).replace(/^=+\n/, '');
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
  if (real === realpathSync(manifests)) throw new Error(`--out (${out}) must be another directory than --manifests: plan never changes what it reads`);
}
