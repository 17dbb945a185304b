import * as fc from 'fast-check';
import { parse } from 'yaml';
import { anyManifest, harmfulEdits, harmlessEdits } from './mutations';
import { Case, templateFor, tryPlan } from './planning';
import { PatchSpec } from '../../../../src/patch-spec/patch-spec';
import { Component, ComponentPlan } from '../../../../src/patcher/plan/plan';
import { Refusal } from '../../../../src/patcher/plan/refusal';
import { isSubsequence } from '../../../../src/patcher/plan/splice';

const PROPERTIES = 5;
const RUNS = Math.ceil(Number(process.env.FAST_CHECK_RUNS ?? 200) / PROPERTIES);

/** The parts of a Pod that planning may change. */
interface Pod {
  metadata: { annotations?: Record<string, string> };
  spec: { containers: { command?: string[]; args?: string[]; env?: unknown[]; volumeMounts?: unknown[] }[]; volumes?: unknown[] };
}

interface Subject {
  readonly component: Component;
  readonly text: string;
}

const subject: fc.Arbitrary<Subject> = fc.tuple(anyManifest, harmlessEdits).map(([{ component, text }, edit]) => ({ component, text: edit(text) }));
const wanted = fc.record({
  rate: fc.constantFrom(0, 1, 10_000, 1_000_000),
  etcdRate: fc.constantFrom(0, 500),
  verbosity: fc.constantFrom(null, { level: 6, replaceExisting: false }, { level: 4, replaceExisting: true }),
  endpoint: fc.constantFrom('10.96.0.50:4317', '[fd00::50]:4317'),
  identity: fc.constantFrom<PatchSpec['identity']>(
    { nodeName: true, attributes: {} }, { nodeName: false, attributes: {} },
    { nodeName: true, attributes: { 'k8s.cluster.name': "it's $(HOME), 50 %", 'team': 'a:' } },
  ),
});
type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

function attempt({ component, text }: Subject, want: Wanted | 'disabled'): ComponentPlan | readonly Refusal[] {
  const off = { rate: 0, etcdRate: 0, verbosity: null, endpoint: null, identity: { nodeName: false, attributes: {} } };
  const { rate, etcdRate, verbosity, endpoint, identity } = want === 'disabled' ? off : want;
  const apiServer = component === 'kube-apiserver';
  const result = tryPlan({
    ...(apiServer ? { apiServer: text } : { etcd: text }) as Case,
    spec: {
      state: want === 'disabled' ? 'disabled' : 'enabled',
      apiServer: apiServer ? { verbosity } : null,
      etcd: apiServer ? null : { serviceName: 'etcd', samplingRatePerMillion: etcdRate },
      identity,
    },
    facts: { endpoint },
    template: templateFor(rate),
  });
  return result.kind === 'refused' ? result.refusals : result.plan.components[0]!;
}

function planned(of: Subject, want: Wanted | 'disabled'): ComponentPlan {
  const result = attempt(of, want);
  if ('component' in result) return result;
  throw new Error(JSON.stringify(result));
}

/** Runs the property on what is not refused, which must be nearly everything. */
function check<T extends [Subject, Wanted, ...unknown[]]>(arbitrary: fc.Arbitrary<T>, property: (plan: ComponentPlan, value: T) => void): void {
  let refused = 0;
  fc.assert(fc.property(arbitrary, value => {
    const plan = attempt(value[0], value[1]);
    if ('component' in plan) {
      property(plan, value);
    } else {
      refused++;
    }
  }), { numRuns: RUNS });
  expect(refused).toBeLessThan(RUNS * 0.2 + 3);
}

const kubeletSees = (text: string) => parse(text, { version: '1.1' }) as Pod;

test('what was there is kept, in its order, and kubelet sees exactly what the plan says', () => {
  check(fc.tuple(subject, wanted), ({ before, after, interim, argvBefore, argv }) => {
    if (argvBefore.every(arg => argv.includes(arg))) expect(isSubsequence(before, after)).toBe(true);
    const [old, now, first] = [before, after, interim].map(kubeletSees) as [Pod, Pod, Pod];
    const commandLine = ({ command = [], args = [] }: Pod['spec']['containers'][0]) => [...command, ...args];
    const index = now.spec.containers.findIndex(container => JSON.stringify(commandLine(container)) === JSON.stringify(argv));
    const foreign = (values: unknown[] = []) => values.filter(value => !/"tracing-config"|"NODE_NAME"|"OTEL_RESOURCE_ATTRIBUTES"/.test(JSON.stringify(value)));
    const everythingElse = ({ metadata: { annotations = {}, ...metadata }, spec: { volumes, containers, ...spec } }: Pod) => [
      metadata, spec, foreign(volumes), foreign(containers[index]!.volumeMounts), foreign(containers[index]!.env),
      containers.map((container, i) => ({ ...container, ...i === index && { command: 0, args: 0, env: 0, volumeMounts: 0 } })),
      Object.entries(annotations).filter(([key]) => !key.startsWith('cdk8s-control-plane-tracing.github.io/')),
    ];
    expect(everythingElse(now)).toEqual(everythingElse(old));
    expect(everythingElse(first)).toEqual(everythingElse(old));
  });
});

test('a plan of the planned has nothing to do, also in the form of the first rename', () => {
  check(fc.tuple(subject, wanted), ({ after, interim }, [{ component }, want]) => {
    for (const text of [after, interim]) expect(planned({ component, text }, want).after).toBe(text);
  });
});

test('disabling gives the original bytes, whatever was wanted in between', () => {
  check(fc.tuple(subject, wanted, wanted), ({ before, after }, [{ component }, , second]) => {
    const twice = planned({ component, text: after }, second);
    expect(planned({ component, text: twice.after }, 'disabled').after).toBe(before);
  });
});

test('edits of others in between survive, and only what is ours goes', () => {
  check(fc.tuple(subject, wanted, harmlessEdits), ({ after }, [{ component }, , edit]) => {
    const text = edit(after);
    const undone = attempt({ component, text }, 'disabled');
    if (!('component' in undone)) return;
    const [old, now] = [text, undone.after].map(t => JSON.stringify(kubeletSees(t).spec)) as [string, string];
    expect(now).not.toMatch(/"tracing-config"|--tracing-config-file=|OTEL_RESOURCE_ATTRIBUTES/);
    for (const foreign of ['"emptyDir":{}', ...old.match(/--extra-flag-\d+=x/g) ?? []]) {
      if (old.includes(foreign)) expect(now).toContain(foreign);
    }
  });
});

function areKept(before: readonly string[], now: readonly string[]): boolean {
  let at = 0;
  for (const arg of now) if (arg === before[at]) at++;
  return at === before.length;
}

test('garbage is refused or planned correctly, and never crashes', () => {
  fc.assert(fc.property(anyManifest, harmfulEdits, wanted, fc.string(), ({ component, text }, edit, want, junk) => {
    for (const broken of [edit(text), junk]) {
      const plan = attempt({ component, text: broken }, want);
      if (!('component' in plan)) {
        // A refusal without a place is a crash that was caught.
        expect(plan.filter(refusal => refusal.at === 'plan')).toEqual([]);
        continue;
      }
      expect(kubeletSees(plan.after).spec.containers.length).toBeGreaterThan(0);
      // Where nothing was replaced. A flag that is there twice may lose the one that counts.
      if (areKept(plan.argvBefore, plan.argv)) expect(isSubsequence(plan.before, plan.after)).toBe(true);
    }
  }), { numRuns: RUNS });
});
