import { Producer } from './producer';
import { SpanDraft } from './span-draft';
import { Texts } from './texts';

const ID = /^[0-9a-f]{16}$/i;
const TRACE_ID = /^[0-9a-f]{32}$/i;

/** All spans, in columns: about 80 bytes each. Times are nanoseconds from a second near the first span. */
export class SpanTable {
  public readonly texts = new Texts();
  public readonly producers: Producer[] = [];
  public readonly traceIds: string[] = [];
  public count = 0;
  /** Seconds since 1970 that all starts count from. */
  public second = 0;
  public trace = new Int32Array(1024);
  public id = new BigUint64Array(1024);
  /** 0: none */
  public parent = new BigUint64Array(1024);
  public start = new Float64Array(1024);
  public duration = new Float64Array(1024);
  public name = new Int32Array(1024);
  public producer = new Int32Array(1024);
  public kind = new Uint8Array(1024);
  public failed = new Uint8Array(1024);
  public status = new Uint16Array(1024);
  public items = new Int32Array(1024);
  /** A webhook's name, or a request's user agent. */
  public label = new Int32Array(1024);
  public url = new Int32Array(1024);
  public method = new Int32Array(1024);
  private readonly traces = new Map<string, number>();
  private readonly producerNumbers = new Map<string, number>();

  public producerNumber(service: string, instance: string, cluster: string): number {
    const key = JSON.stringify([service, instance, cluster]);
    let number = this.producerNumbers.get(key);
    if (number === undefined) {
      number = this.producers.push({ service, instance, cluster }) - 1;
      this.producerNumbers.set(key, number);
    }
    return number;
  }

  /** @returns false where the span has no id or no times */
  public add(draft: SpanDraft, producer: number): boolean {
    const traceId = hexadecimal(draft.traceId, TRACE_ID);
    const id = hexadecimal(draft.id, ID);
    const start = this.time(draft.start);
    const end = this.time(draft.end);
    if (traceId === undefined || id === undefined || start === undefined || end === undefined) return false;
    const i = this.count;
    if (i === this.trace.length) this.grow();
    this.count++;
    this.trace[i] = this.traceNumber(traceId);
    this.id[i] = BigInt(`0x${id}`);
    const parent = hexadecimal(draft.parentId, ID);
    this.parent[i] = parent === undefined ? 0n : BigInt(`0x${parent}`);
    this.start[i] = start;
    // A clock that was set back.
    this.duration[i] = Math.max(0, end - start);
    this.name[i] = this.texts.number(draft.name);
    this.producer[i] = producer;
    this.kind[i] = draft.kind;
    this.failed[i] = draft.failed ? 1 : 0;
    this.status[i] = draft.status;
    this.items[i] = Math.min(draft.items, 2_147_483_647);
    this.label[i] = this.texts.number(draft.webhook || draft.userAgent);
    // Clients' URLs are as many as there are objects, and are not needed.
    this.url[i] = draft.kind === 3 ? 0 : this.texts.number(draft.url);
    this.method[i] = this.texts.number(draft.method);
    return true;
  }

  private traceNumber(id: string): number {
    let number = this.traces.get(id);
    if (number === undefined) {
      number = this.traceIds.push(id) - 1;
      this.traces.set(id, number);
    }
    return number;
  }

  private time(digits: string): number | undefined {
    if (digits.length < 10 || digits.length > 19) return undefined;
    const second = Number(digits.slice(0, -9));
    const rest = Number(digits.slice(-9));
    if (!(second > 0) || !(rest >= 0)) return undefined;
    if (this.second === 0) this.second = second;
    return (second - this.second) * 1e9 + rest;
  }

  private grow(): void {
    const size = this.trace.length * 2;
    this.trace = copied(new Int32Array(size), this.trace);
    this.id = copied(new BigUint64Array(size), this.id);
    this.parent = copied(new BigUint64Array(size), this.parent);
    this.start = copied(new Float64Array(size), this.start);
    this.duration = copied(new Float64Array(size), this.duration);
    this.name = copied(new Int32Array(size), this.name);
    this.producer = copied(new Int32Array(size), this.producer);
    this.kind = copied(new Uint8Array(size), this.kind);
    this.failed = copied(new Uint8Array(size), this.failed);
    this.status = copied(new Uint16Array(size), this.status);
    this.items = copied(new Int32Array(size), this.items);
    this.label = copied(new Int32Array(size), this.label);
    this.url = copied(new Int32Array(size), this.url);
    this.method = copied(new Int32Array(size), this.method);
  }
}

function copied<Column extends { set(from: Column): void }>(to: Column, from: Column): Column {
  to.set(from);
  return to;
}

/** OTLP has ids in hexadecimal digits; what follows JSON's rules for protobuf has them in base64. */
function hexadecimal(id: string, form: RegExp): string | undefined {
  const digits = form.test(id) ? id.toLowerCase() : /^[A-Za-z0-9+/]+=*$/.test(id) ? Buffer.from(id, 'base64').toString('hex') : '';
  return form.test(digits) && !/^0+$/.test(digits) ? digits : undefined;
}
