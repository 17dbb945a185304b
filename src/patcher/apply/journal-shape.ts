import { isRecord } from '../../patch-spec/is-record';

/** How far a run is. */
export type Phase =
  /** Manifests may be the old, the interim or the new ones. */
  | 'swapping'
  | 'confirmed'
  /** Manifests are being put back. */
  | 'rolling-back'
  | 'rolled-back'
  /** Put back, and the components did not come back. */
  | 'broken'
  /** Somebody else wrote the manifests in the meantime: they are theirs. */
  | 'abandoned';

type Shape = (value: unknown) => boolean;

const PHASES: Record<Phase, true> = { 'swapping': true, 'confirmed': true, 'rolling-back': true, 'rolled-back': true, 'broken': true, 'abandoned': true };

const text: Shape = value => typeof value === 'string';
const count: Shape = value => Number.isInteger(value);
const listOf = (item: Shape): Shape => value => Array.isArray(value) && value.every(item);
const has = (fields: Record<string, Shape>): Shape => value => isRecord(value) && Object.entries(fields).every(([name, shape]) => shape(value[name]));
const orNone = (shape: Shape): Shape => value => (value ?? undefined) === undefined || shape(value);
const process = has({ pid: count, startTime: text });

/** Only files of these names are ever renamed. */
const isComponent: Shape = value => isRecord(value) && ['kube-apiserver', 'etcd'].includes(String(value.component)) && value.file === `${String(value.component)}.yaml`;
const entry = has({
  before: text,
  interim: text,
  after: text,
  rollback: text,
  argvBefore: listOf(text),
  argv: listOf(text),
  probes: listOf(has({ scheme: text, host: text, port: count, path: text })),
  startSeconds: orNone(count),
  graceSeconds: orNone(count),
  old: listOf(process),
});

const FIELDS: Record<string, Shape> = {
  format: value => value === 1,
  phase: value => Object.hasOwn(PHASES, String(value)),
  run: text,
  bootId: text,
  kubelet: orNone(process),
  resumed: count,
  reason: text,
  components: listOf(value => isComponent(value) && entry(value)),
};

/** Why a text that was decoded is no journal as this program writes it; undefined where it is one. */
export function problemOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is no object';
  const wrong = Object.entries(FIELDS).find(([name, shape]) => !shape(value[name]));
  return wrong && `its field ${wrong[0]} is not as this program writes it`;
}
