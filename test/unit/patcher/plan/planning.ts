import { readFileSync } from 'fs';
import { join } from 'path';
import { parseEndpoint } from '../../../../src/patch-spec/endpoint';
import { parsePatchSpec } from '../../../../src/patch-spec/parse-patch-spec';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { Certificates } from '../../../../src/patcher/plan/certificates';
import { ComponentPlan, NodeFacts, Plan, PlanResult } from '../../../../src/patcher/plan/plan';
import { plan } from '../../../../src/patcher/plan/planner';

/** As the constructs write it. */
export const WHOLE_SPEC: PatchSpec = parsePatchSpec(readFileSync(join(__dirname, '../../../support/fixtures/spec-v3.json'), 'utf8'));
/** Without the environment, which has tests of its own. */
export const SPEC: PatchSpec = { ...WHOLE_SPEC, identity: { nodeName: false, attributes: {} } };
export const FACTS: NodeFacts = { nodeName: 'cp1', endpoint: { host: '10.96.0.50', port: 4317 } };

export interface Case {
  readonly apiServer?: string;
  readonly etcd?: string;
  readonly others?: Record<string, string>;
  readonly spec?: Partial<PatchSpec>;
  readonly facts?: Partial<Omit<NodeFacts, 'endpoint'>> & { readonly endpoint?: NodeFacts['endpoint'] | string };
  readonly template?: string;
  readonly certificates?: Certificates;
}

export function templateFor(rate: number): string {
  return `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\nsamplingRatePerMillion: ${rate}\n`;
}

export function tryPlan({ apiServer, etcd, others = {}, spec, facts, template, certificates }: Case): PlanResult {
  const whole = { ...SPEC, ...spec };
  const files = { ...apiServer !== undefined && { 'kube-apiserver.yaml': apiServer }, ...etcd !== undefined && { 'etcd.yaml': etcd }, ...others };
  return plan({
    spec: whole,
    facts: { ...FACTS, ...facts, endpoint: endpointOf(facts) },
    manifests: Object.entries(files).map(([name, text]) => ({ name, text })),
    template: template ?? templateFor(10_000),
    ...certificates && { certificates },
  });
}

function endpointOf({ endpoint }: NonNullable<Case['facts']> = {}): NodeFacts['endpoint'] {
  if (endpoint === undefined) return FACTS.endpoint;
  return typeof endpoint === 'string' ? parseEndpoint('endpoint', endpoint) : endpoint;
}

export function planned(input: Case): Plan {
  const result = tryPlan(input);
  if (result.kind === 'refused') throw new Error(`refused: ${JSON.stringify(result.refusals, null, 1)}`);
  return result.plan;
}

/** The one component of a plan for it alone. */
export function plannedApiServer(apiServer: string, rest: Case = {}): ComponentPlan {
  return planned({ apiServer, ...rest, spec: { etcd: null, ...rest.spec } }).components[0]!;
}

export function plannedEtcd(etcd: string, rest: Case = {}): ComponentPlan {
  return planned({ etcd, ...rest, spec: { apiServer: null, ...rest.spec } }).components[0]!;
}

export function addedLines(before: string, after: string): string[] {
  const rest = before.split('\n');
  return after.split('\n').filter(line => {
    if (line !== rest[0]) return true;
    rest.shift();
    return false;
  });
}
