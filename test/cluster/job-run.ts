import { Cluster } from './cluster';
import { apply, JobEnd, jobEnds, jobName, synth } from './stack';
import { TracingStackProps } from '../../src';

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
