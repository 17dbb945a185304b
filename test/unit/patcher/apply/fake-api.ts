import { Clock } from '../../../../src/patcher/host/clock';
import { KubeApi, KubeApiError, KubeObject } from '../../../../src/patcher/host/kube-api';

type Stored = KubeObject & { metadata: { name: string; uid?: string; resourceVersion?: string } };

/** An API server in memory, as far as the program uses one: collections by path, and compare-and-swap by resource version. */
export class FakeApi {
  private version = 0;
  public readonly objects = new Map<string, Stored>();
  public readonly calls: string[] = [];
  /** Writes that came after another one of the same object. */
  public conflicts = 0;

  public constructor(private readonly clock: Clock, private readonly latency: () => number = () => 1) {}

  /** Called before each request is looked at; may throw. */
  public disturb: () => void = () => undefined;

  public get asApi(): KubeApi {
    return this as unknown as KubeApi;
  }

  public put(collection: string, object: object): void {
    const stored = object as Stored;
    this.objects.set(`${collection}/${stored.metadata.name}`, this.versioned(stored));
  }

  public async get<T>(path: string): Promise<T> {
    await this.travel(`GET ${path}`);
    const object = this.objects.get(path) ?? fail(404, path);
    return this.back(object);
  }

  public async list<T>(path: string): Promise<T[]> {
    const [collection, query] = path.split('?');
    const only = /^metadata\.name=(.*)$/.exec(new URLSearchParams(query).get('fieldSelector') ?? '')?.[1];
    await this.travel((only === undefined ? 'LIST ' : 'LIST-ONE ') + collection);
    const found = [...this.objects]
      .filter(([name]) => only === undefined ? name.slice(0, name.lastIndexOf('/')) === collection : name === `${collection}/${only}`)
      .map(([, object]) => object);
    return this.back(found as unknown as T[]);
  }

  public async create<T>(collection: string, body: Stored): Promise<T> {
    await this.travel(`POST ${collection}`);
    const path = `${collection}/${body.metadata.name}`;
    if (this.objects.has(path)) fail(409, path);
    this.objects.set(path, this.versioned(body));
    return this.back(body);
  }

  public async update<T>(path: string, body: Stored): Promise<T> {
    await this.travel(`PUT ${path}`);
    const there = this.objects.get(path) ?? fail(404, path);
    if (there.metadata.resourceVersion !== body.metadata.resourceVersion) {
      this.conflicts++;
      fail(409, path);
    }
    this.objects.set(path, this.versioned(body));
    return this.back(body);
  }

  public async delete(path: string, body: { preconditions?: { uid?: string } }): Promise<unknown> {
    await this.travel(`DELETE ${path}`);
    const there = this.objects.get(path) ?? fail(404, path);
    if (body.preconditions?.uid !== undefined && body.preconditions.uid !== there.metadata.uid) fail(409, path);
    this.objects.delete(path);
    return this.back({});
  }

  private versioned(object: Stored): Stored {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } };
  }

  private async travel(call: string): Promise<void> {
    await this.clock.sleep(this.latency());
    this.disturb();
    this.calls.push(call);
  }

  private async back<T>(answer: unknown): Promise<T> {
    const copy = structuredClone(answer) as T;
    await this.clock.sleep(this.latency());
    return copy;
  }
}

function fail(status: number, path: string): never {
  throw new KubeApiError(status, `${path}: ${status}`);
}
