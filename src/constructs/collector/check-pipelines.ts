import { Fields } from './collector-config';
import { refuse } from '../kit/check';

/** A prop, and the processor that does what it says. */
export type OwnProcessor = readonly [prop: string, id: string];

/**
 * Refuses pipelines that leave out what props ask for, and connectors that join nothing: the Collector does not start with those.
 */
export function checkPipelines(config: Fields, own: readonly OwnProcessor[]): void {
  const pipelines = Object.entries<Fields>(config.service.pipelines);
  // Whoever takes out a processor itself means it; of redaction nobody does by the way.
  for (const [prop, id] of own) {
    const traces = pipelines.filter(([name]) => /^traces(\/|$)/.test(name));
    const sends = ({ exporters = [] }: Fields) => exporters.some((exporter: string) => config.exporters?.[exporter] !== undefined);
    const without = prop === 'redactions'
      // What is redacted in one pipeline leaves by the other one.
      ? traces.find(([, pipeline]) => !(pipeline.processors ?? []).includes(id) && sends(pipeline))
      : config.processors?.[id] !== undefined && traces.every(([, { processors = [] }]) => !processors.includes(id)) ? traces[0] : undefined;
    if (without !== undefined) {
      refuse('configOverrides', `service.pipelines.${without[0]}.processors`, `have ${id}, or '${prop}' be left out: it would do nothing there`);
    }
  }
  for (const id of Object.keys(config.connectors ?? {})) {
    const [from, to] = (['exporters', 'receivers'] as const).map(end => pipelines.filter(([, pipeline]) => (pipeline[end] ?? []).includes(id)).length);
    if ((from === 0) !== (to === 0)) {
      refuse('configOverrides', `connectors.${id}`, 'be an exporter of one pipeline and a receiver of another one: it joins them');
    }
  }
}
