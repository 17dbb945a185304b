/** Starts a cluster for the test of what is left when this program is killed: prints its progress, then where it is. */
import { Cluster } from './cluster';

async function main(): Promise<void> {
  const cluster = await Cluster.start({ name: 'killed', log: console.log });
  console.log(`running ${cluster.nodes[0]!.pid}`);
  setInterval(() => {}, 1000);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
