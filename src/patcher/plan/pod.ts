import { PlanRefusalCode } from './refusal';

/** The parts of a Pod that planning looks at; `Pod.problemOf` has checked that they have this shape. */
export interface Pod {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, unknown>; annotations?: Record<string, unknown> };
  spec: { containers: Container[]; volumes?: Volume[]; terminationGracePeriodSeconds?: number; securityContext?: { runAsUser?: unknown } | null };
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: Variable[];
  ports?: { name?: string; containerPort?: number }[];
  volumeMounts?: VolumeMount[];
  securityContext?: { runAsUser?: unknown } | null;
  startupProbe?: PodProbe;
  readinessProbe?: PodProbe;
  livenessProbe?: PodProbe;
}

export interface Variable {
  name: string;
  value?: unknown;
  valueFrom?: unknown;
}

export interface PodProbe {
  httpGet?: { host?: string; path?: string; port?: number | string; scheme?: string; httpHeaders?: { name: string; value?: string }[] };
  tcpSocket?: { host?: string; port?: number | string };
  grpc?: unknown;
  exec?: unknown;
  timeoutSeconds?: number;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  failureThreshold?: number;
}

export interface VolumeMount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  subPath?: string;
  subPathExpr?: string;
}

export interface Volume {
  name: string;
  hostPath?: { path: string; type?: string };
  emptyDir?: unknown;
}

type Shape = (value: unknown) => boolean;

const any: Shape = () => true;
const text: Shape = value => typeof value === 'string';
const list = (item: Shape): Shape => value => Array.isArray(value) && value.every(item);
const record = (fields: Record<string, Shape>): Shape => value =>
  isRecord(value) && Object.entries(fields).every(([key, shape]) => key.endsWith('?')
    ? (value[key.slice(0, -1)] ?? null) === null || shape(value[key.slice(0, -1)])
    : shape(value[key]));
const probe = record({
  'httpGet?': record({ 'host?': text, 'path?': text, 'port?': any, 'scheme?': text, 'httpHeaders?': list(record({ 'name': text, 'value?': text })) }),
  'tcpSocket?': record({ 'host?': text, 'port?': any }),
  'timeoutSeconds?': Number.isInteger,
  'initialDelaySeconds?': Number.isInteger,
  'periodSeconds?': Number.isInteger,
  'failureThreshold?': Number.isInteger,
});

const FIELDS: Record<string, Shape> = {
  'metadata': record({ metadata: record({ 'name': text, 'namespace?': text, 'labels?': isRecord, 'annotations?': isRecord }) }),
  'spec.containers': containers({ 'name': text, 'image?': text }),
  'spec.containers[].command': containers({ 'command?': list(any), 'args?': list(any) }),
  'spec.containers[].env': containers({ 'env?': list(record({ name: text })) }),
  'spec.containers[].ports': containers({ 'ports?': list(isRecord) }),
  'spec.containers[].volumeMounts': containers({ 'volumeMounts?': list(record({ 'name': text, 'mountPath': text, 'subPath?': text })) }),
  'the probes of spec.containers[]': containers({ 'startupProbe?': probe, 'readinessProbe?': probe, 'livenessProbe?': probe }),
  'spec.terminationGracePeriodSeconds': record({ spec: record({ 'terminationGracePeriodSeconds?': Number.isInteger }) }),
  'spec.volumes': record({ spec: record({ 'volumes?': list(record({ 'name': text, 'hostPath?': record({ path: text }) })) }) }),
};

export namespace Pod {
  /** What keeps a decoded document from being a Pod that can be edited. */
  export function problemOf(value: unknown): { code: PlanRefusalCode; message: string } | undefined {
    if (!isRecord(value) || value.apiVersion !== 'v1' || value.kind !== 'Pod') {
      return { code: 'not-a-pod', message: 'the manifest is not a Pod of apiVersion v1' };
    }
    const wrong = Object.entries(FIELDS).find(([, shape]) => !shape(value));
    return wrong && {
      code: 'unexpected-shape',
      message: `${wrong[0]} is not what a Pod has there: kubelet would not take it either`,
    };
  }
}

function containers(fields: Record<string, Shape>): Shape {
  return record({ spec: record({ containers: list(record(fields)) }) });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
