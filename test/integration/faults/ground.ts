import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseEndpoint } from '../../../src/patch-spec/endpoint';
import { Journal } from '../../../src/patcher/apply/journal';
import { certificateFiles, Certificates, filesOf, NodeFile } from '../../../src/patcher/plan/certificates';
import { Component, ComponentPlan } from '../../../src/patcher/plan/plan';
import { plan } from '../../../src/patcher/plan/planner';
import { SCHEDULER_NAME } from '../../support/model-node/manifests';
import { ENDPOINT, ModelNode, NODE_NAME, TEMPLATE, TlsFiles } from '../../support/model-node/model-node';

/** What may be found on a node, and what may not. */
export class Ground {
  public readonly components: readonly ComponentPlan[];
  private readonly configFile: { readonly path: string; readonly text: string };

  /** By path. */
  private readonly certificates: ReadonlyMap<string, NodeFile>;
  private readonly startsBefore: ReadonlyMap<string, number>;

  /** @param earlier what the components send with as long as their manifests are the old ones */
  public constructor(private readonly node: ModelNode, earlier?: TlsFiles) {
    const { componentFiles } = node;
    const result = plan({
      spec: { ...node.spec, ...componentFiles && { componentTls: { clientCertificate: true } } },
      facts: { nodeName: NODE_NAME, endpoint: parseEndpoint('ENDPOINT', ENDPOINT) },
      template: TEMPLATE,
      manifests: ['kube-apiserver.yaml', 'etcd.yaml', SCHEDULER_NAME].map(name => ({ name, text: node.read(name) })),
      ...componentFiles && { certificates: read(componentFiles) },
    });
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
    this.components = result.plan.components;
    this.configFile = result.plan.configFile!;
    const before = earlier ? filesOf(certificateFiles(read(earlier), node.configDirectory)) : [];
    this.certificates = new Map([...before, ...result.plan.certificates].map(file => [file.path, file]));
    this.startsBefore = new Map(this.components.map(({ component }) => [component, node.starts(component).length]));
  }

  /** How often a component was restarted since. */
  public restarts(component: Component): number {
    return this.node.starts(component).length - this.startsBefore.get(component)!;
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
    problems.push(...this.certificatesNamed().filter(name => !this.isWhole(name)).map(name => `${name} is referred to, and missing or damaged`));
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
    // A key does not lie on after it was taken out.
    const there = this.certificatesThere().join();
    const named = this.certificatesNamed().join();
    if (there !== named) problems.push(`certificates on the node: ${there}; in the manifests: ${named}`);
    return problems;
  }

  private certificatesNamed(): string[] {
    const found = this.components.flatMap(({ file }) => [...this.node.read(file).matchAll(/path: (.*\/component-.*)/g)].map(([, name]) => name!));
    return [...new Set(found)].sort();
  }

  private certificatesThere(): string[] {
    const { configDirectory } = this.node;
    const outside = this.node.outside(configDirectory);
    return fs.existsSync(outside) ? fs.readdirSync(outside).filter(name => name.startsWith('component-')).sort().map(name => path.join(configDirectory, name)) : [];
  }

  private isWhole(name: string): boolean {
    const file = this.node.outside(name);
    const wanted = this.certificates.get(name);
    return wanted !== undefined && fs.existsSync(file) && fs.readFileSync(file, 'utf8') === wanted.text && (!wanted.secret || fs.statSync(file).mode.toString(8).endsWith('600'));
  }

  public journal(): Journal | undefined {
    const file = this.node.outside(path.join(this.node.configDirectory, 'journal.json'));
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as Journal : undefined;
  }
}

function read({ ca, certificate, key }: TlsFiles): Certificates {
  const text = (file: string) => fs.readFileSync(file, 'utf8');
  return { ca: text(ca), client: { certificate: text(certificate), key: text(key) } };
}
