import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Yaml } from 'cdk8s';
import { Collector, CollectorAgent, CollectorAgentProps, CollectorProps } from '../../../../src';
import { find, render, Rendered } from '../rendering';

/** What a chart with one collector renders. */
export function collectorObjects(props?: CollectorProps, namespace?: string): Rendered[] {
  return render(chart => new Collector(chart, 'collector', props), namespace);
}

/** What a chart with an agent, and the gateway that it sends to, renders of the agent. */
export function agentObjects(props: Partial<CollectorAgentProps> = {}, gateway: CollectorProps = {}): Rendered[] {
  return render(chart => new CollectorAgent(chart, 'agent', {
    ...(props.exporters === undefined ? { gateway: new Collector(chart, 'gateway', gateway) } : {}), ...props,
  })).filter(({ metadata }) => metadata.name.endsWith('-agent'));
}

/** The collector's configuration, as the Collector would read it. */
export function configOf(objects: Rendered[]): Rendered {
  const directory = mkdtempSync(path.join(tmpdir(), 'collector-config-'));
  try {
    const file = path.join(directory, 'config.yaml');
    writeFileSync(file, find(objects.filter(({ data }) => data?.['config.yaml']), 'ConfigMap').data['config.yaml']);
    return Yaml.load(file)[0];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function podOf(objects: Rendered[]): Rendered {
  return objects.find(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)).spec.template.spec;
}
