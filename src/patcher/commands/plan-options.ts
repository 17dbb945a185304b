import { synthesizedPatch } from './app-files';
import { ADOPT_USAGE, Intent, INTENT_OPTIONS, INTENT_USAGE, oneOf, readIntent, takeAdopt } from './intent-options';
import { readOptions, UsageError } from './options';
import { EXIT, PLAN_EXIT } from '../../patch-spec/exit-status';

export const PLAN_USAGE = `usage: cdk8s-control-plane-tracing plan --manifests DIR --endpoint IP:PORT [options]
       cdk8s-control-plane-tracing plan --manifests DIR --app FILE... [options]

Prints, as a unified diff, what the Job would change on a node, and why. Needs no cluster and no root, and changes nothing.

  --manifests DIR                   directory with kube-apiserver.yaml and etcd.yaml
  --app FILE...                     the YAML that your app synthesizes: what it asks for is planned (also a directory)
${INTENT_USAGE}  --state enabled|disabled          disabled: take out what was added (default: enabled, or what the spec says)
${ADOPT_USAGE}  --out DIR                         write the resulting manifests and the TracingConfiguration there
  --output diff|json                (default: diff)
  --requests-per-second N           with or without --manifests: what each sampling rate comes to at so many requests
                                    to all API servers together: spans, GB, cores, and the size of the collector
  --prometheus URL                  the same, with the requests of the last hour that this Prometheus knows of
  --headers-file FILE               "Name: value" lines for --prometheus, such as Authorization; https or loopback only

exit status: ${PLAN_EXIT.nothingToDo} nothing to do, ${PLAN_EXIT.differences} there are differences, ${PLAN_EXIT.refused} refused, ${EXIT.usage} wrong usage, with the reason on stderr and nothing written
`;

export interface PlanOptions extends Intent {
  readonly manifests: string;
  readonly out: string | undefined;
  readonly output: 'diff' | 'json';
}

const OPTIONS = [...INTENT_OPTIONS, 'manifests', 'app', 'out', 'output'] as const;

/** Throws an error that names the option, its value and what is allowed. */
export function readPlanOptions(args: readonly string[]): PlanOptions {
  const { adopt, rest } = takeAdopt(args);
  const { values, positionals } = readOptions(rest, OPTIONS, true);
  const { app, manifests, out, output, ...intent } = values;
  if (app === undefined && positionals.length > 0) throw new UsageError(`${positionals[0]} is not an option: options begin with --`);
  if (manifests === undefined) throw new UsageError('--manifests is required: the directory with kube-apiserver.yaml and etcd.yaml');
  const format = oneOf('--output', output ?? 'diff', ['diff', 'json']);
  const read = readIntent(intent, app === undefined ? undefined : () => synthesizedPatch([app, ...positionals]));
  return { ...read, spec: { ...read.spec, ...adopt && { adopt } }, manifests, out, output: format };
}
