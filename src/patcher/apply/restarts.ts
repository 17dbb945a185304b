import { PodObject } from './obstacles';
import { Clock } from '../host/clock';

/** Longer than the ten seconds to five minutes of kubelet's back-off are worth: whoever is watched stands still that long. */
const STEADY = 60_000;
/** A process of this age is steady without being watched. */
const OLD = 600_000;

interface Seen { readonly uid: string | undefined; readonly restarts: number; readonly since: number; readonly rose: boolean }

/** Pods that keep restarting are Ready in between. */
export class Restarts {
  private readonly seen = new Map<string, Seen>();

  public constructor(private readonly clock: Clock) {}

  /** Why the restarts of one of these pods are an obstacle, or undefined. */
  public restless(pods: readonly PodObject[]): string | undefined {
    const obstacles = pods.map(pod => this.look(pod));
    return obstacles.find(obstacle => obstacle !== undefined);
  }

  private look({ metadata: { name, uid }, status: { containerStatuses = [] } }: PodObject): string | undefined {
    const restarts = containerStatuses.reduce((sum, c) => sum + (c.restartCount ?? 0), 0);
    const before = this.seen.get(name);
    const rose = before !== undefined && before.uid === uid && restarts > before.restarts;
    const now = this.clock.now();
    const seen = before && before.uid === uid && !rose ? before : { uid, restarts, since: now, rose };
    this.seen.set(name, seen);
    // An API server that came before its etcd has restarted once.
    if (!seen.rose && restarts < 2 || now - seen.since >= STEADY) return undefined;
    // A calendar can only shorten the wait, and by no more than a minute: a wrong one is no danger.
    const old = containerStatuses.every(c => this.clock.since(c.state?.running?.startedAt) >= OLD);
    return old && !seen.rose ? undefined : `pod kube-system/${name} has restarted ${restarts} times, and not yet run for a while`;
  }
}
