/** The product on a test cluster: synthesized, applied, awaited. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { Cluster } from './cluster';
import { run } from './run';
import { TracingStack, TracingStackProps } from '../../../src';
import { parseCollectorLog } from '../../support/traces/collector-log';
import { Span } from '../../support/traces/debug-log';

export const NAMESPACE = 'control-plane-tracing';

/** The YAML of an example app, made by running it as its header says. */
export async function synthExample(name: string): Promise<string> {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-cpt-synth-'));
  try {
    const root = path.join(__dirname, '..', '..', '..');
    await run([path.join(root, 'node_modules', '.bin', 'tsx'), path.join(root, 'examples', name, 'main.ts')], { env: { ...process.env, CDK8S_OUTDIR: out } });
    return fs.readdirSync(out).sort().map((file) => fs.readFileSync(path.join(out, file), 'utf8')).join('---\n');
  } finally {
    fs.rmSync(out, { recursive: true });
  }
}

export function synth(props: TracingStackProps, change: (stack: TracingStack) => void = () => {}): string {
  const app = new App();
  const chart = new Chart(app, 'tracing', { namespace: NAMESPACE });
  change(new TracingStack(chart, 'tracing', props));
  return app.synthYaml();
}

/** The name of the Job in synthesized YAML. */
export function jobName(yaml: string): string {
  const [job] = yaml.split(/^---$/m).filter((document) => /^kind: Job$/m.test(document));
  return /^ {2}name: (\S+)$/m.exec(job!)![1]!;
}

export async function apply(cluster: Cluster, yaml: string): Promise<string> {
  return (await cluster.kubectl(['apply', '-f', '-'], { stdin: yaml })).stdout;
}

export interface JobEnd {
  readonly succeeded: boolean;
  readonly reason: string;
  /** What the pods said, by pod. */
  readonly log: string;
  readonly terminations: readonly string[];
}

/** Waits for the end of a Job; asks again while the API server is away, which is what this Job is about. */
export async function jobEnds(cluster: Cluster, name: string, timeoutSeconds = 300): Promise<JobEnd> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const patiently = async (args: string[]): Promise<string> => {
    for (;;) {
      const { code, stdout, stderr } = await cluster.kubectl(args, { allowFailure: true, timeoutSeconds: 60 });
      if (code === 0) return stdout;
      if (Date.now() > deadline) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  for (;;) {
    const job = JSON.parse(await patiently(['-n', 'kube-system', 'get', 'job', name, '-o', 'json', '--request-timeout=5s']));
    const end = job.status.conditions?.find((c: { type: string; status: string }) => ['Complete', 'Failed'].includes(c.type) && c.status === 'True');
    if (end || Date.now() > deadline) {
      const pods = JSON.parse(await patiently(['-n', 'kube-system', 'get', 'pods', '-l', `job-name=${name}`, '-o', 'json'])).items;
      const { stdout: log } = await cluster.kubectl(['-n', 'kube-system', 'logs', '-l', `job-name=${name}`, '--prefix', '--tail=-1'], { allowFailure: true });
      if (!end) throw new Error(`the Job ${name} did not end within ${timeoutSeconds} s:\n${log}\n${JSON.stringify(pods.map((p: { status: object }) => p.status), null, 1)}`);
      return {
        succeeded: end.type === 'Complete',
        reason: `${end.reason ?? ''} ${end.message ?? ''}`.trim(),
        log,
        terminations: pods.flatMap((p: { status: { containerStatuses?: { state?: { terminated?: { message?: string } } }[] } }) =>
          (p.status.containerStatuses ?? []).map((c) => c.state?.terminated?.message ?? '')),
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The spans that the Collector has shown lately. */
export async function spans(cluster: Cluster, sinceSeconds: number): Promise<Span[]> {
  const { stdout } = await cluster.kubectl(['-n', NAMESPACE, 'logs', '-l', 'app.kubernetes.io/component=collector', '--tail=-1', `--since=${sinceSeconds}s`]);
  return parseCollectorLog(stdout);
}
