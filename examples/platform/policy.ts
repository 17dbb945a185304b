/** What every chart of this company must hold to; its pipeline fails otherwise. */
export function violations(objects: readonly Manifest[]): string[] {
  return objects.flatMap(object => RULES.flatMap(rule => {
    const problem = rule(object);
    return problem === undefined ? [] : [`${object.kind} ${object.metadata.name}: ${problem}`];
  }));
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly template?: { readonly spec: Pod } };
  readonly data?: Readonly<Record<string, string>>;
}

interface Pod {
  readonly containers: readonly { readonly image: string; readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } }[];
}

const containers = (object: Manifest) => object.spec?.template?.spec.containers ?? [];

const RULES: readonly ((object: Manifest) => string | undefined)[] = [
  object => object.metadata.labels?.team === undefined && object.kind !== 'ClusterRole' ? 'has no label "team"' : undefined,
  object => containers(object).some(({ image }) => !image.startsWith('registry.example.com/')) ? 'has an image from outside' : undefined,
  object => containers(object).some(({ resources }) => resources?.limits?.memory === undefined) ? 'has no memory limit' : undefined,
  object => object.data?.['config.yaml']?.includes('insecure: true') ? 'sends spans in plain text' : undefined,
];
