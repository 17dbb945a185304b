import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

/**
 * Writes the table of the components that each distribution of the Collector has, from the manifests that the distributions are built by:
 *
 *   npx tsx projenrc/distribution-components.ts otelcol-k8s/manifest.yaml otelcol-contrib/manifest.yaml
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-releases/tree/main/distributions
 */
const TARGET = path.join(__dirname, '..', 'src', 'constructs', 'collector', 'component-table.ts');
const KINDS = ['receiver', 'processor', 'exporter', 'extension', 'connector'];
const LINE = 130;

/** Types that are not what their module is called. A type may have underscores that its module has not: the reader of the table knows that. */
const TYPES: { readonly [module: string]: string } = {
  asapauthextension: 'asapclient',
  metricsgenerationprocessor: 'experimentalmetricsgeneration',
  oauth2clientauthextension: 'oauth2client',
  oidcauthextension: 'oidc',
  otlpexporter: 'otlp_grpc',
  otlphttpexporter: 'otlp_http',
  podmanreceiver: 'podman_stats',
  simpleprometheusreceiver: 'prometheus_simple',
};

interface Manifest {
  readonly dist: { readonly name: string; readonly version: string };
  readonly [section: string]: readonly { readonly gomod: string }[] | any;
}

function typesOf(manifest: Manifest, kind: string): string[] {
  const modules: string[] = (manifest[`${kind}s`] ?? []).map(({ gomod }: { gomod: string }) => path.posix.basename(gomod.split(' ')[0]!));
  return modules.map(module => TYPES[module] ?? module.replace(new RegExp(`${kind}$`), '')).sort();
}

function tableOf(manifest: Manifest): string {
  const rows = KINDS.map(kind => `  ${kind}: [\n${lines(typesOf(manifest, kind)).map(line => `    ${line}\n`).join('')}  ],\n`);
  return `/** Of ${manifest.dist.name} ${manifest.dist.version}. */\nexport const ${constantOf(manifest)}: ComponentTable = {\n${rows.join('')}};\n`;
}

function constantOf({ dist }: Manifest): string {
  return dist.name.replace('otelcol-', '').toUpperCase();
}

function lines(types: readonly string[]): string[] {
  return types.reduce<string[]>((all, type) => {
    const [last = '', item] = [all.at(-1), `'${type}',`];
    return last !== '' && last.length + item.length < LINE ? [...all.slice(0, -1), `${last} ${item}`] : [...all, item];
  }, []);
}

const manifests = process.argv.slice(2).map(file => parse(readFileSync(file, 'utf8')) as Manifest);
writeFileSync(TARGET, [
  '// Written by projenrc/distribution-components.ts: do not edit.\n',
  '/** Types by kind, without the underscores that a type may have besides. */\nexport type ComponentTable = { readonly [kind: string]: readonly string[] };\n',
  ...manifests.map(tableOf),
].join('\n'));
