import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseEndpoint } from '../../../src/patch-spec/endpoint';
import { Journal } from '../../../src/patcher/apply/journal';
import { ComponentPlan } from '../../../src/patcher/plan/plan';
import { plan } from '../../../src/patcher/plan/planner';
import { ETCD, KUBE_APISERVER, SCHEDULER, SCHEDULER_NAME } from '../../support/model-node/manifests';
import { ENDPOINT, ModelNode, NODE_NAME, TEMPLATE } from '../../support/model-node/model-node';

/** What may be found on a node, and what may not. */
export class Ground {
  public readonly components: readonly ComponentPlan[];
  private readonly configFile: { readonly path: string; readonly text: string };

  public constructor(private readonly node: ModelNode) {
    const result = plan({
      spec: node.spec,
      facts: { nodeName: NODE_NAME, endpoint: parseEndpoint('ENDPOINT', ENDPOINT) },
      template: TEMPLATE,
      manifests: [{ name: 'kube-apiserver.yaml', text: KUBE_APISERVER }, { name: 'etcd.yaml', text: ETCD }, { name: SCHEDULER_NAME, text: SCHEDULER }],
    });
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
    this.components = result.plan.components;
    this.configFile = result.plan.configFile!;
  }

  /** What a component's manifest is now, by the names of the plan; else its text. */
  public stateOf({ file, before, interim, after, rollbackInterim }: ComponentPlan): string {
    const text = this.node.read(file);
    const known = Object.entries({ before, interim, after, rollbackInterim }).find(([, content]) => content === text);
    return known?.[0] ?? text;
  }

  public states(): string[] {
    return this.components.map(c => this.stateOf(c));
  }

  /** True at every moment, also right after a kill. @returns what is broken */
  public broken(): string[] {
    const problems: string[] = [];
    const names = fs.readdirSync(this.node.outside(this.node.manifestsDirectory)).filter(name => !name.startsWith('.')).sort();
    if (names.join() !== `etcd.yaml,kube-apiserver.yaml,${SCHEDULER_NAME}`) problems.push(`files in the manifests directory: ${names.join()}`);
    for (const component of this.components) {
      const state = this.stateOf(component);
      if (!['before', 'interim', 'after', 'rollbackInterim'].includes(state)) problems.push(`${component.file} is none of the allowed texts:\n${state}`);
      const mode = fs.statSync(this.node.outside(path.join(this.node.manifestsDirectory, component.file))).mode.toString(8);
      if (mode !== '100600') problems.push(`${component.file} has mode ${mode}`);
    }
    const { text } = this.configFile;
    const config = this.node.outside(this.configFile.path);
    if (this.node.read('kube-apiserver.yaml').includes(this.configFile.path) && (!fs.existsSync(config) || fs.readFileSync(config, 'utf8') !== text)) {
      problems.push(`${config} is referred to, and missing or damaged`);
    }
    if (this.node.transitions().some(t => t.what === 'KILL')) problems.push('kubelet saw a component without a manifest');
    return problems;
  }

  /** True when the program has come to an end. */
  public unfinished(): string[] {
    const problems = this.broken();
    const states = this.states();
    const whole = states.every(s => s === 'before' || s === 'rollbackInterim') || states.every(s => s === 'after' || s === 'interim');
    if (!whole) problems.push(`the manifests are ${states.join(' and ')}`);
    const phase = this.journal()?.phase;
    if (phase === 'swapping' || phase === 'rolling-back' || phase === 'broken') problems.push(`the journal says ${phase}`);
    const directories = [this.node.manifestsDirectory, this.node.configDirectory, path.join(this.node.configDirectory, 'backup')];
    for (const directory of directories.map(d => this.node.outside(d))) {
      if (!fs.existsSync(directory)) continue;
      const left = fs.readdirSync(directory).filter(name => name.startsWith('.'));
      if (left.length > 0) problems.push(`left in ${path.basename(directory)}: ${left.join(', ')}`);
    }
    return problems;
  }

  public journal(): Journal | undefined {
    const file = this.node.outside(path.join(this.node.configDirectory, 'journal.json'));
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as Journal : undefined;
  }
}
