import { fromDirectory } from './manifests-directory';
import { nodeNameOf } from './node-name';
import { PlanOptions, readPlanOptions } from './plan-options';
import { checkOut, writeOut } from './plan-out';
import { changedOf, coloured, planText } from './plan-text';
import { PLAN_EXIT } from '../../patch-spec/exit-status';
import { certificatesProblem } from '../apply/certificates';
import { readManifests } from '../apply/manifest-directory';
import { sentence } from '../apply/outcome';
import { systemClock } from '../host/clock';
import { Files, UnsafePathError } from '../host/files';
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

/** Shows what a node would get; writes only into the directory of `--out`. @returns the exit status: as that of `kubectl diff` */
export function planCommand(args: readonly string[], { out, err, colour = false }: Output): number {
  const options = readPlanOptions(args);
  const result = tryPlan(options);
  if (result.kind === 'refused') {
    if (options.output === 'json') out(`${JSON.stringify({ refusals: result.refusals }, null, 2)}\n`);
    for (const { code, at, message } of result.refusals) err(`${sentence({ kind: 'refused', code, reason: `${at}: ${message}` })}\n`);
    return PLAN_EXIT.refused;
  }
  const { plan: made } = result;
  const text = options.output === 'json' ? json(made) : planText(made, options.spec.controlPlaneNodes);
  out(colour && options.output === 'diff' ? coloured(text) : text);
  if (options.out !== undefined) writeOut(options.out, result.manifests, made);
  return changedOf(made).length > 0 ? PLAN_EXIT.differences : PLAN_EXIT.nothingToDo;
}

function tryPlan(options: PlanOptions): PlanResult & { readonly manifests: readonly ManifestFile[] } {
  let manifests: readonly ManifestFile[] = [];
  try {
    manifests = fromDirectory(options.manifests, () => readManifests(new Files(), options.manifests));
  } catch (e) {
    if (e instanceof Refused) return { kind: 'refused', refusals: [e.refusal], manifests };
    if (e instanceof UnsafePathError) return { kind: 'refused', refusals: [{ code: 'unsafe-file', at: options.manifests, message: e.message }], manifests };
    throw e;
  }
  if (options.out !== undefined) checkOut(options.manifests, options.out);
  const nodeName = nodeNameOf(options.nodeName, options.spec, manifests);
  const { spec, facts, template, certificates } = options;
  const wrong = certificates && spec.state === 'enabled' ? certificatesProblem(certificates, systemClock) : undefined;
  if (wrong !== undefined) return { kind: 'refused', refusals: [{ code: 'component-tls', at: 'the certificates', message: wrong }], manifests };
  return { ...plan({ spec, facts: { ...facts, nodeName }, manifests, template, ...certificates && { certificates } }), manifests };
}

/** Without the texts of the renames on the way, which repeat the manifests, and without any private key. */
function json({ components, certificates, ...rest }: Plan): string {
  const shown = components.map(({ interim: _, rollbackInterim: __, ...component }) => component);
  return `${JSON.stringify({ components: shown, ...rest, certificates: certificates.map(({ path }) => path) }, null, 2)}\n`;
}
