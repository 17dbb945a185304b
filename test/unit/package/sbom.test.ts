import { sbom } from '../../../projenrc/sbom';

/** The flame graph of the page, and what it needs. */
const D3 = [
  'd3-array', 'd3-color', 'd3-dispatch', 'd3-ease', 'd3-flame-graph', 'd3-format', 'd3-hierarchy', 'd3-interpolate', 'd3-scale',
  'd3-selection', 'd3-time', 'd3-time-format', 'd3-timer', 'd3-transition',
];

test('the bill of materials names what is bundled, and the peers', () => {
  const { bomFormat, components } = sbom() as { bomFormat: string; components: { name: string; version?: string; licenses?: unknown }[] };
  expect(bomFormat).toBe('CycloneDX');
  expect(components.map(({ name }) => name)).toEqual([...D3, 'diff', 'yaml', 'cdk8s', 'cdk8s-plus-28', 'constructs']);
  const own = components.filter(({ name, version }) => version !== undefined && !D3.includes(name));
  expect(own.map(({ name, licenses }) => [name, licenses])).toEqual([
    ['diff', [{ license: { id: 'BSD-3-Clause' } }]], ['yaml', [{ license: { id: 'ISC' } }]],
  ]);
});
