import { types } from 'util';
import { PlanRefusalCode } from './refusal';
import { isRecord } from '../../patch-spec/is-record';

/** The parts of a Pod that planning looks at; `Pod.problemOf` has checked that they have this shape. */
export interface Pod {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, unknown>; annotations?: Record<string, unknown> };
  spec: {
    containers: Container[];
    initContainers?: Container[];
    volumes?: Volume[];
    terminationGracePeriodSeconds?: number;
    securityContext?: { runAsUser?: unknown } | null;
  };
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

type Path = readonly (string | number)[];
/** @returns where the value is not what it must be; undefined where it is */
type Shape = (value: unknown) => Path | undefined;

const which = (fits: (value: unknown) => boolean): Shape => value => (fits(value) ? undefined : []);
const any = which(() => true);
// To kubelet, a date without quotes is a text.
const text = which(value => typeof value === 'string' || types.isDate(value));
const whole = which(Number.isInteger);
const flag = which(value => typeof value === 'boolean');
const within = (entries: Iterable<readonly [string | number, Path | undefined]>): Path | undefined => {
  for (const [key, place] of entries) if (place) return [key, ...place];
  return undefined;
};
const list = (item: Shape): Shape => value => (Array.isArray(value) ? within(value.map((one, i) => [i, item(one)] as const)) : []);
const map = (item: Shape): Shape => value => (isRecord(value) ? within(Object.entries(value).map(([key, one]) => [key, item(one)] as const)) : []);
const optional = (shape: Shape): Shape => value => ((value ?? null) === null ? undefined : shape(value));
const record = (fields: Record<string, Shape>): Shape => value => (isRecord(value)
  ? within(Object.entries(fields).map(([key, shape]) => [key, shape(value[key])] as const))
  : []);
const texts = (...names: string[]) => Object.fromEntries(names.map(name => [name, optional(text)]));

const probe = optional(record({
  httpGet: optional(record({ ...texts('host', 'path', 'scheme'), port: any, httpHeaders: optional(list(record({ name: text, value: optional(text) }))) })),
  tcpSocket: optional(record({ ...texts('host'), port: any })),
  ...Object.fromEntries(['timeoutSeconds', 'initialDelaySeconds', 'periodSeconds', 'failureThreshold'].map(name => [name, optional(whole)])),
}));

const container = record({
  name: text,
  ...texts('image', 'imagePullPolicy', 'workingDir'),
  command: optional(list(any)),
  args: optional(list(any)),
  env: optional(list(record({ name: text, value: optional(text) }))),
  ports: optional(list(record({ ...texts('name', 'protocol'), containerPort: optional(whole), hostPort: optional(whole) }))),
  volumeMounts: optional(list(record({ name: text, mountPath: text, readOnly: optional(flag), ...texts('subPath', 'mountPropagation') }))),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
});

const POD = record({
  metadata: record({ name: text, ...texts('namespace'), labels: optional(map(optional(text))), annotations: optional(map(optional(text))) }),
  spec: record({
    containers: list(container),
    initContainers: optional(list(container)),
    volumes: optional(list(record({ name: text, hostPath: optional(record({ path: text, ...texts('type') })) }))),
    terminationGracePeriodSeconds: optional(whole),
    priority: optional(whole),
    hostNetwork: optional(flag),
    ...texts('priorityClassName', 'restartPolicy', 'dnsPolicy'),
  }),
});

export namespace Pod {
  /** What keeps a decoded document from being a Pod that can be edited. */
  export function problemOf(value: unknown): { readonly code: PlanRefusalCode; readonly path: Path; readonly message: string } | undefined {
    if (!isRecord(value) || value.apiVersion !== 'v1' || value.kind !== 'Pod') {
      const what = isRecord(value) ? ` (${String(value.apiVersion)} ${String(value.kind)})` : '';
      return { code: 'not-a-pod', path: ['kind'], message: `the manifest is not a Pod of apiVersion v1${what}, and kubelet reads nothing else from a file: write the Pod itself there` };
    }
    const path = POD(value);
    return path && {
      code: 'unexpected-shape',
      path,
      message: `${path.join('.')} is missing, or not what a Pod has there, so kubelet does not take it: correct it (what is meant as a text needs quotes)`,
    };
  }
}
