import { SamplingRates } from '../../test/integration/collector/control-plane';

/** `stalled` takes connections and nothing else; `absent` refuses them. */
export type CollectorState = 'there' | 'stalled' | 'absent';

export interface Contestant {
  readonly name: string;
  readonly rates: SamplingRates;
  readonly collector: CollectorState;
}

/** What all others are compared with. */
export const WITHOUT: Contestant = { name: 'without', rates: {}, collector: 'absent' };

/** As this library sets them: the API server decides, and etcd follows. */
function rate(percent: number, collector: CollectorState = 'there'): Contestant {
  return { name: `${percent}%${collector === 'there' ? '' : `-${collector}`}`, rates: { apiServer: percent * 10_000, etcd: 0 }, collector };
}

export const CONTESTANTS: readonly Contestant[] = [
  rate(0), rate(0.1), rate(1), rate(10), rate(100),
  rate(1, 'stalled'), rate(100, 'stalled'),
  rate(1, 'absent'), rate(100, 'absent'),
  // What etcd adds to it.
  { name: '100%-without-etcd', rates: { apiServer: 1_000_000 }, collector: 'there' },
  { name: 'etcd-alone-0%', rates: { etcd: 0 }, collector: 'there' },
  { name: 'etcd-alone-100%', rates: { etcd: 1_000_000 }, collector: 'there' },
];
