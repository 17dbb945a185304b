/**
 * The software bill of materials of the npm package, as CycloneDX: what is bundled, by the bundler's own list, and the peers.
 *
 *     npx tsx projenrc/sbom.ts dist/sbom.cdx.json
 *
 * https://cyclonedx.org/docs/1.6/json/
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const read = <T>(file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as T;
const purl = (name: string, version?: string) => `pkg:npm/${name.replace('@', '%40')}${version === undefined ? '' : `@${version}`}`;

export function sbom(): object {
  const own = read<Manifest>('package.json');
  const inputs = ['patcher/main/index', 'patcher/cli/index', 'report/main/index', 'report/page/page']
    .flatMap(name => Object.keys(read<{ inputs: Record<string, unknown> }>(`assets/${name}.meta.json`).inputs));
  const bundled = [...new Set(inputs.flatMap(input => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))].sort()
    .map(name => read<Manifest>(`node_modules/${name}/package.json`));
  const component = ({ name, version, license }: Manifest) => ({
    'type': 'library', 'bom-ref': purl(name, version), name, version, 'purl': purl(name, version), 'licenses': [{ license: { id: license } }],
  });
  const peers = Object.entries(own.peerDependencies);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component(own) },
    components: [
      ...bundled.map(manifest => ({ ...component(manifest), description: 'Bundled in assets' })),
      // Installed by whoever uses the package, in a version of their own.
      ...peers.map(([name, range]) => ({ 'type': 'library', 'bom-ref': purl(name), name, 'purl': purl(name), 'description': `Peer dependency ${range}` })),
    ],
    dependencies: [{
      ref: purl(own.name, own.version),
      dependsOn: [...bundled.map(({ name, version }) => purl(name, version)), ...peers.map(([name]) => purl(name))],
    }],
  };
}

if (require.main === module) {
  const [file = 'dist/sbom.cdx.json'] = process.argv.slice(2);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom(), null, 2)}\n`);
}
