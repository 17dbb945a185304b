import { sbom } from '../../../projenrc/sbom';

test('the bill of materials names what is bundled, and the peers', () => {
  const { bomFormat, components } = sbom() as { bomFormat: string; components: { name: string; version?: string; licenses?: unknown }[] };
  expect(bomFormat).toBe('CycloneDX');
  expect(components.map(({ name }) => name)).toEqual(['diff', 'yaml', 'cdk8s', 'cdk8s-plus-28', 'constructs']);
  expect(components.filter(({ version }) => version !== undefined).map(({ name, licenses }) => [name, licenses])).toEqual([
    ['diff', [{ license: { id: 'BSD-3-Clause' } }]], ['yaml', [{ license: { id: 'ISC' } }]],
  ]);
});
