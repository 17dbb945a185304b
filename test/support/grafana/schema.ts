import * as path from 'node:path';
import * as ts from 'typescript';

/** The dashboard's and the panels' types are made from Grafana's own schema: https://github.com/grafana/grafana-foundation-sdk */
const SDK = '@grafana/grafana-foundation-sdk';

/** A text is checked as if somebody had written it by hand: fields that a type does not have are then faults. */
const TYPES = `
import type * as common from '${SDK}/common';
import type * as dashboard from '${SDK}/dashboard';
import type * as prometheus from '${SDK}/prometheus';
import type * as tempo from '${SDK}/tempo';
import type * as timeseries from '${SDK}/timeseries';
import type * as units from '${SDK}/units';
type Json<T> = 0 extends 1 & T ? T
  : T extends string ? \`\${T}\`
  : T extends number ? (\`\${T}\` extends \`\${infer N extends number}\` ? N : T)
  : T extends boolean | null | undefined ? T
  : T extends (infer Item)[] ? Json<Item>[]
  : { [K in keyof T as T[K] extends () => void ? never : K]: Json<T[K]> };
type Document = Json<Omit<dashboard.Dashboard, 'panels'>>;
type FieldDefaults = Json<Omit<dashboard.FieldConfig, 'custom' | 'unit'>> & { custom?: Json<common.GraphFieldConfig>; unit: (typeof units)[keyof typeof units] };
type Panel = Json<Omit<dashboard.Panel, 'type' | 'targets' | 'options' | 'fieldConfig'>> & {
  type: 'timeseries';
  targets: object[];
  options?: Partial<Json<timeseries.Options>>;
  fieldConfig: { defaults: FieldDefaults; overrides: Json<dashboard.FieldConfigSource['overrides']> };
};
type Query<Type> = Json<Type> & { datasource: { type: string; uid: string } };
type PrometheusQuery = Query<prometheus.Dataquery>;
type TempoQuery = Query<Omit<tempo.Dataquery, 'queryType'>> & { queryType: Json<tempo.TempoQueryType> };
`;
const QUERIES: { readonly [type: string]: string } = { prometheus: 'PrometheusQuery', tempo: 'TempoQuery' };

export interface GrafanaDashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly datasource: { readonly type: string } }[] }[];
}

/** @returns what Grafana's schema does not allow in time series over Prometheus and Tempo, by panel and field */
export function schemaFaults({ panels, ...document }: GrafanaDashboard): string[] {
  const parts: (readonly [where: string, type: string, value: object])[] = [['the dashboard', 'Document', document]];
  for (const { targets, ...panel } of panels) {
    parts.push([panel.title, 'Panel', { ...panel, targets: [] }]);
    for (const target of targets) parts.push([panel.title, QUERIES[target.datasource.type] ?? 'never', target]);
  }
  // One line a part, so that a line tells which part it is.
  const lines = parts.map(([, type, value], i) => `export const part${i}: ${type} = ${JSON.stringify(value)};`);
  return diagnostics(`${TYPES}${lines.join('\n')}`).map(({ line, text }) => {
    const part = parts[line - TYPES.split('\n').length + 1];
    return `${part === undefined ? `line ${line}` : part[0]}: ${text}`;
  });
}

/** What types are declared in is read once. */
const read = new Map<string, ts.SourceFile | undefined>();

function diagnostics(text: string): { readonly line: number; readonly text: string }[] {
  const name = path.join(__dirname, 'checked-dashboard.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
  };
  const host = ts.createCompilerHost(options);
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
  const checked: ts.CompilerHost = {
    ...host,
    fileExists: file => file === name || host.fileExists(file),
    getSourceFile: (file, ...rest) => {
      if (file === name) return source;
      if (!read.has(file)) read.set(file, host.getSourceFile(file, ...rest));
      return read.get(file);
    },
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([name], options, checked)).map(({ start, messageText }) => ({
    line: source.getLineAndCharacterOfPosition(start ?? 0).line,
    text: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
}
