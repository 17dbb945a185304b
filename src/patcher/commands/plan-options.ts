import { parseArgs } from 'util';
import { Intent, INTENT_OPTIONS, INTENT_USAGE, oneOf, readIntent } from './intent-options';

export const PLAN_USAGE = `usage: cdk8s-control-plane-tracing plan --manifests DIR --endpoint IP:PORT [options]

Prints, as a unified diff, what the Job would change on a node, and why. Needs no cluster and no root, and changes nothing.

  --manifests DIR                   directory with kube-apiserver.yaml and etcd.yaml
${INTENT_USAGE}  --state enabled|disabled          disabled: take out what was added (default: enabled, or what the spec says)
  --out DIR                         write the resulting manifests and the TracingConfiguration there
  --output diff|json                (default: diff)

exit status: 0 nothing to do, 1 there are differences, above 1 refused, with the reason on stderr and nothing written
`;

export interface PlanOptions extends Intent {
  readonly manifests: string;
  readonly out: string | undefined;
  readonly output: 'diff' | 'json';
}

const OPTIONS = [...INTENT_OPTIONS, 'manifests', 'out', 'output'] as const;

/** Throws an error that names the option, its value and what is allowed. */
export function readPlanOptions(args: readonly string[]): PlanOptions {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(OPTIONS.map(name => [name, { type: 'string' as const }])) as Record<typeof OPTIONS[number], { type: 'string' }>,
  });
  if (values.manifests === undefined) throw new Error('--manifests is required: the directory with kube-apiserver.yaml and etcd.yaml');
  return {
    ...readIntent(values),
    manifests: values.manifests,
    out: values.out,
    output: oneOf('--output', values.output ?? 'diff', ['diff', 'json']),
  };
}
