import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { compiledPackage } from './compiled';

const CHART = "new Chart(app, 'cluster-' + cluster, { namespace: 'control-plane-tracing' })";

/** How clusters are divided into apps. */
export type Division = 'one app' | 'an app each';

/** Programs that declare and synthesize the same objects, with this package and without. */
export class Programs {
  private readonly library = JSON.stringify(compiledPackage());
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'benchmark-objects-'));
  private readonly objects = path.join(this.directory, 'objects.json');

  constructor() {
    const program = `${this.imports()}\nconst app = new App();\nconst cluster = 0;\nconst chart = ${CHART};
      new TracingStack(chart, 'tracing');\nprocess.stdout.write(JSON.stringify(chart.toJson()));`;
    writeFileSync(this.objects, execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }));
  }

  /** A stack in a chart for each cluster. */
  public stacks(clusters: number, division: Division): string {
    return this.imports() + synthesize(clusters, division, `new TracingStack(${CHART}, 'tracing');`);
  }

  /** The objects of a stack in a chart for each cluster, as a bare cdk8s-plus-28 app declares them. */
  public bare(clusters: number, division: Division): string {
    return `
      const { App, Chart } = require('cdk8s');
      const { k8s } = require('cdk8s-plus-28');
      const objects = JSON.parse(require('fs').readFileSync(${JSON.stringify(this.objects)}, 'utf8'));
      const declare = chart => objects.forEach(({ apiVersion, kind, ...props }, i) => new k8s['Kube' + kind](chart, 'object-' + i, props));
      ${synthesize(clusters, division, `declare(${CHART});`)}`;
  }

  /** Removes what the programs need. */
  public dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private imports(): string {
    return `const { App, Chart } = require('cdk8s');\nconst { TracingStack } = require(${this.library});\n`;
  }
}

function synthesize(clusters: number, division: Division, declare: string): string {
  const loop = `for (let cluster = 0; cluster < ${clusters}; cluster++)`;
  return division === 'one app'
    ? `const app = new App();\n${loop} { ${declare} }\napp.synth();`
    : `${loop} { const app = new App(); ${declare} app.synth(); }`;
}
