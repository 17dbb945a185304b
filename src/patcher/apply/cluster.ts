import { Condition, isTrue, NodeObject, obstacleAmong, outdatedMirrors, PodObject } from './obstacles';
import { Restarts } from './restarts';
import { Endpoint, formatEndpoint } from '../../patch-spec/endpoint';
import { ServiceAddress } from '../../patch-spec/patch-spec';
import { eventually } from '../host/clock';
import { Host } from '../host/host';
import { KubeApi, KubeApiError, KubeObject } from '../host/kube-api';
import { imageVersion } from '../plan/version';

interface ServiceObject extends KubeObject { readonly spec: { readonly clusterIP?: string } }
interface EndpointSlice extends KubeObject { readonly endpoints: ReadonlyArray<{ readonly conditions?: { readonly ready?: boolean } }> | null }
interface JobObject extends KubeObject { readonly status?: { readonly conditions?: readonly Condition[] } }

/** How long an API server that cannot be reached is asked again: it may be the one that was just restarted. */
const PATIENCE = 300_000;
/** How long one that knows or permits nothing is asked again: it may be starting, or the role may have been applied in this moment. */
const FORBIDDEN_PATIENCE = 15_000;

/** What the program asks the cluster. */
export class Cluster {
  private readonly restarts: Restarts;
  /** Names of Jobs that were listed, by their UIDs. */
  private readonly jobNames = new Map<string, string>();

  public constructor(private readonly api: KubeApi, private readonly host: Host) {
    this.restarts = new Restarts(host.clock);
  }

  /** Names of all control-plane nodes. */
  public async controlPlaneNodes(): Promise<string[]> {
    return (await this.nodes()).map(n => n.metadata.name).sort();
  }

  /** Whether a control-plane node of this name is there: reads one object, however many nodes the cluster has. */
  public async isControlPlaneNode(name: string): Promise<boolean> {
    return (await this.nodes(name)).some(n => n.metadata.name === name);
  }

  /**
   * Why no component may be restarted now, or undefined.
   *
   * @param declared how many control-plane nodes there must be
   * @param except a node that is known not to be whole
   */
  public async disturbance(declared: number, except?: string): Promise<string | undefined> {
    const nodes = await this.nodes();
    const pods = await this.controlPlanePods();
    return obstacleAmong(nodes, pods, declared, except) ?? this.restarts.restless(pods.filter(p => p.spec.nodeName !== except));
  }

  /** Components of a node whose mirror pod is still the one of before, by the UIDs that kubelet gives the pods of manifests. */
  public async outdatedMirrors(nodeName: string, running: ReadonlyMap<string, string>): Promise<string[]> {
    return outdatedMirrors(await this.controlPlanePods(), nodeName, running);
  }

  /**
   * Waits until the collector's Service has an address, a ready endpoint, and answers from this host.
   *
   * @returns the address, or what was still missing when the time was up
   */
  public async collector(address: ServiceAddress, milliseconds: number): Promise<{ endpoint: Endpoint } | { missing: string }> {
    const name = `${address.namespace}/${address.name}`;
    let endpoint: Endpoint | undefined;
    let missing = '';
    const look = async (): Promise<boolean> => {
      const service = await this.find<ServiceObject>(`/api/v1/namespaces/${address.namespace}/services/${address.name}`);
      const ip = service?.spec.clusterIP;
      if (!service) missing = `the Service ${name} does not exist`;
      else if (!ip || ip === 'None') missing = `the Service ${name} has no cluster IP`;
      else if (address.clusterIP !== null && ip !== address.clusterIP) missing = `the Service ${name} has the cluster IP ${ip} instead of ${address.clusterIP}`;
      else if (!await this.hasReadyEndpoint(address)) missing = `the Service ${name} has no ready endpoint`;
      else if (!await this.host.endpoints.accepts(ip, address.port)) missing = `${formatEndpoint({ host: ip, port: address.port })} (the Service ${name}) does not answer from this host`;
      else {
        endpoint = { host: ip, port: address.port };
        return true;
      }
      return this.host.stop.requested;
    };
    await eventually(this.host.clock, milliseconds, 1000, look);
    return endpoint ? { endpoint } : { missing };
  }

  /** Waits until something accepts connections there, from this host. */
  public answers({ host, port }: Endpoint, milliseconds: number): Promise<boolean> {
    return eventually(this.host.clock, milliseconds, 1000, () => this.host.endpoints.accepts(host, port));
  }

  /** Which of these Jobs are still at work. */
  public async unfinishedJobs(namespace: string, selector: string): Promise<Set<string>> {
    const jobs = await this.jobs(namespace, selector);
    return new Set(jobs.filter(j => !isFinished(j)).map(j => j.metadata.uid!));
  }

  /** Whether one of these Jobs is still at work. Once its name is known, one object is read, however many Jobs there are. */
  public async isUnfinished(namespace: string, selector: string, uid: string): Promise<boolean> {
    const jobs = await this.jobs(namespace, selector, this.jobNames.get(uid));
    return jobs.some(j => j.metadata.uid === uid && !isFinished(j));
  }

  /** Whether the Job comes from a CronJob, by its schedule or by hand. */
  public async isScheduled(namespace: string, selector: string, uid: string): Promise<boolean> {
    return isScheduled((await this.jobs(namespace, selector)).find(j => j.metadata.uid === uid));
  }

  /** A node that somebody keeps pods away from, as for a drain. */
  public async cordoned(): Promise<string | undefined> {
    return (await this.nodes()).find(({ spec, metadata }) => spec?.unschedulable || metadata.deletionTimestamp !== undefined)?.metadata.name;
  }

  /** The versions of the API servers, by the images of their mirror pods and the names of their nodes. */
  public async apiServerVersions(): Promise<Map<string, string>> {
    const pods = (await this.controlPlanePods()).filter(({ metadata }) => metadata.labels?.component === 'kube-apiserver');
    return new Map(pods.flatMap(({ spec }) => {
      const version = imageVersion(spec.containers?.find(({ name }) => name === 'kube-apiserver')?.image);
      return version ? [[spec.nodeName ?? '', version.text] as const] : [];
    }));
  }

  /**
   * Why this Job has nothing to say any more: one of the same stack was created after it, or it was deleted. Undefined where it has.
   * A scheduled run gives way to every Job that was applied, and none of those to it.
   */
  public async successor(namespace: string, selector: string, uid: string): Promise<string | undefined> {
    const jobs = await this.jobs(namespace, selector);
    const mine = jobs.find(j => j.metadata.uid === uid);
    if (mine === undefined) return 'this Job was deleted';
    // A finished one has had its word: where the clocks of API servers differ, it may look newer than what came after it, for ever.
    const applied = jobs.filter(j => !isFinished(j) && !isScheduled(j));
    if (isScheduled(mine)) return applied[0] && `the Job ${applied[0].metadata.name} is not finished`;
    const newer = applied.find(j => isNewer(j, mine));
    return newer && `the Job ${newer.metadata.name} is newer, and takes the place of this one`;
  }

  /**
   * Jobs that had their time: those that are finished, and those whose place this one has taken before they could begin. Those of a CronJob are
   * its own business, and it deletes none: GitOps would apply the Job again.
   */
  public async deleteOlderJobs(namespace: string, selector: string, mine: string): Promise<void> {
    const jobs = await this.jobs(namespace, selector);
    const own = jobs.find(j => j.metadata.uid === mine);
    if (isScheduled(own)) return;
    for (const job of jobs.filter(j => !isScheduled(j))) {
      const { name, uid } = job.metadata;
      if (uid === mine || !own || !isNewer(own, job) && !isFinished(job) || isNewer(job, own)) continue;
      this.host.log(`deleting the older Job ${name}`);
      try {
        await this.patiently(() => this.api.delete(`/apis/batch/v1/namespaces/${namespace}/jobs/${name}`, {
          apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid },
        }));
      } catch (e) {
        // Another pod of this Job was faster.
        if (!(e instanceof KubeApiError && (e.status === 404 || e.status === 409))) throw e;
      }
    }
  }

  /** The object, or undefined where there is none. */
  public async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.patiently(() => this.api.get<T>(path));
    } catch (e) {
      if (e instanceof KubeApiError && e.status === 404) return undefined;
      throw e;
    }
  }

  /** Asks again while the API server cannot be reached or is overloaded; its refusals are final. */
  public async patiently<T>(call: () => Promise<T>): Promise<T> {
    const start = this.host.clock.now();
    for (;;) {
      try {
        return await call();
      } catch (e) {
        const final = e instanceof KubeApiError && e.status < 500 && e.status !== 429 && !isForbidden(e);
        const patience = isForbidden(e) ? FORBIDDEN_PATIENCE : PATIENCE;
        if (final || this.host.clock.now() - start >= patience || this.host.stop.requested) throw e;
        await this.host.clock.sleep(500);
      }
    }
  }

  private nodes(name?: string): Promise<NodeObject[]> {
    const selector = encodeURIComponent('node-role.kubernetes.io/control-plane');
    return this.patiently(() => this.api.list<NodeObject>(`/api/v1/nodes?labelSelector=${selector}${only(name)}`));
  }

  private controlPlanePods(): Promise<PodObject[]> {
    const selector = encodeURIComponent('component in (kube-apiserver,etcd),tier=control-plane');
    return this.patiently(() => this.api.list<PodObject>(`/api/v1/namespaces/kube-system/pods?labelSelector=${selector}`));
  }

  private async hasReadyEndpoint(address: ServiceAddress): Promise<boolean> {
    const selector = encodeURIComponent(`kubernetes.io/service-name=${address.name}`);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${address.namespace}/endpointslices?labelSelector=${selector}`;
    const slices = await this.patiently(() => this.api.list<EndpointSlice>(path));
    return slices.some(slice => slice.endpoints?.some(endpoint => endpoint.conditions?.ready !== false));
  }

  private async jobs(namespace: string, selector: string, name?: string): Promise<JobObject[]> {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs?labelSelector=${encodeURIComponent(selector)}${only(name)}`;
    const jobs = await this.patiently(() => this.api.list<JobObject>(path));
    for (const { metadata } of jobs) this.jobNames.set(metadata.uid!, metadata.name);
    return jobs;
  }
}

/** A list of one: the API server reads that object alone, where it goes through all of them for labels. */
function only(name: string | undefined): string {
  return name === undefined ? '' : `&fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
}

/** The API server does not let the program do this, which is no matter of time. */
export function isForbidden(e: unknown): e is KubeApiError {
  return e instanceof KubeApiError && (e.status === 401 || e.status === 403);
}

/** Of two that were created in one second, neither is. */
function isNewer(job: JobObject, than: JobObject): boolean {
  return (job.metadata.creationTimestamp ?? '') > (than.metadata.creationTimestamp ?? '');
}

function isScheduled(job: JobObject | undefined): boolean {
  return job?.metadata.ownerReferences?.some(({ kind }) => kind === 'CronJob') ?? false;
}

function isFinished(job: JobObject): boolean {
  return isTrue(job.status?.conditions, 'Complete') || isTrue(job.status?.conditions, 'Failed');
}
