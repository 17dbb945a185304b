import { Cluster } from './cluster';
import { apply, JobEnd, jobEnds, jobName, synth } from './stack';
import { Watch } from './watch';
import { TracingStackProps } from '../../../src';

/** Applies the product with these props and waits for the end of its Job; what its pods said goes to the test's own output. */
export async function runJob(cluster: Cluster, props: TracingStackProps, timeoutSeconds = 600): Promise<JobEnd> {
  const yaml = synth(props);
  await apply(cluster, yaml);
  return jobRunEnds(cluster, jobName(yaml), timeoutSeconds);
}

export async function jobRunEnds(cluster: Cluster, name: string, timeoutSeconds = 600): Promise<JobEnd> {
  const end = await jobEnds(cluster, name, timeoutSeconds);
  process.stderr.write(`${name}: ${end.reason}\n${end.log}\n`);
  return end;
}

/** Runs the CronJob at once, as docs/how-to/upkeep.md says. @param name of the Job */
export async function runUpkeep(cluster: Cluster, name: string): Promise<JobEnd> {
  await cluster.kubectl(['-n', 'kube-system', 'create', 'job', '--from=cronjob/control-plane-tracing-upkeep', name]);
  return jobRunEnds(cluster, name);
}

/** As `runJob`, with what happened to the nodes. @param happens something else, while the Job is at work or before it is applied */
export async function watchJob(
  cluster: Cluster, props: TracingStackProps, happens: () => Promise<void> = async () => {}, before = false,
): Promise<{ readonly end: JobEnd; readonly watch: Watch }> {
  const yaml = synth(props);
  const watch = await Watch.start(cluster);
  const happening = happens();
  if (before) await happening;
  await apply(cluster, yaml);
  await happening;
  const end = await jobRunEnds(cluster, jobName(yaml), 1800);
  await watch.stop();
  process.stderr.write(`no API server for ${watch.outageSeconds().toFixed(1)} s, restarts ${JSON.stringify(watch.restarts())}\n`);
  return { end, watch };
}
