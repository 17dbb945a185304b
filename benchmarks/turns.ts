/**
 * What the pods of a Job ask of the API server while they take turns: the program's own code, with an API server in memory and a clock that jumps.
 *
 * Each turn takes 110 s. `turns-calls-7-nodes` is the calls per second of all pods of seven nodes to those of three. `jobs-listed` is how often a
 * pod that waits for another Job lists Jobs, of which kube-system has 10,000, to once a minute.
 *
 *     npx tsx benchmarks/turns.ts
 */
import { ClusterOfPods, JOBS } from '../test/unit/patcher/apply/cluster-of-pods';

/** As on real nodes: 50 s for both components, the soak, and up to a minute until kubelet has replaced the mirror pods. */
const TURN_SECONDS = 110;
/** Of a Job as kube-controller-manager leaves it, in JSON. */
const JOB_BYTES = 3_500;
const FOREIGN_JOBS = 10_000;
const WAIT_MINUTES = 10;

/** Some network, another delay for each request, and the same ones in each run. */
function latencies(): () => number {
  let state = 1;
  return () => (state = state * 48_271 % 2_147_483_647) % 20;
}

async function inTurn(nodes: number): Promise<number> {
  const cluster = new ClusterOfPods(latencies(), [...'abcdefghi'].slice(0, nodes));
  const ends = await cluster.clock.run(Promise.all(cluster.names.map(name => cluster.pod(name, 'job-1', TURN_SECONDS))));
  if (ends.some(end => end !== 'taken')) throw new Error(`the pods ended with ${ends.join(', ')}`);
  const seconds = cluster.clock.now() / 1000;
  const callsPerSecond = cluster.api.calls.length / seconds;
  console.log(`${nodes} nodes: ${seconds.toFixed(0)} s, of which ${nodes * TURN_SECONDS} s of work; ${callsPerSecond.toFixed(1)} calls per second of all pods, `
    + `${(callsPerSecond / nodes).toFixed(2)} of each; ${cluster.api.conflicts} writes of the Lease that came too late`);
  return callsPerSecond;
}

async function waiting(): Promise<void> {
  const cluster = new ClusterOfPods(latencies());
  await cluster.clock.run(Promise.all(cluster.names.map(name => cluster.turns(name).checkIn())));
  await cluster.clock.run(cluster.turns('a').take());
  const pod = cluster.turns('b', 'job-2');
  await cluster.clock.run(pod.checkIn());
  const before = cluster.api.calls.length;
  await cluster.clock.run(Promise.race([pod.quiet(), cluster.clock.sleep(WAIT_MINUTES * 60_000)]));
  const calls = cluster.api.calls.slice(before);
  const perMinute = (...wanted: string[]) => calls.filter(call => wanted.includes(call)).length / WAIT_MINUTES;
  const lists = perMinute(`LIST ${JOBS}`);
  console.log(`a pod that waits for another Job: ${(calls.length / WAIT_MINUTES).toFixed(1)} calls per minute, of which lists of Jobs ${lists.toFixed(1)}, `
    + `single Jobs ${perMinute(`LIST-ONE ${JOBS}`).toFixed(1)}`);
  console.log(`without a selector, each list of ${FOREIGN_JOBS} Jobs would be ${(FOREIGN_JOBS * JOB_BYTES / 1e6).toFixed(0)} MB; with it, the few of this library come`);
  console.log(`jobs-listed ratio ${lists.toFixed(2)}`);
}

async function main(): Promise<void> {
  const [three, , seven] = [await inTurn(3), await inTurn(5), await inTurn(7)];
  console.log(`turns-calls-7-nodes ratio ${(seven / three).toFixed(2)}`);
  await waiting();
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
