import { count, counted, duration } from './numbers';
import { InputSummary } from '../model/report';

export function headline(input: InputSummary): string {
  const clusters = input.clusters.length > 1 ? `, ${input.clusters.length} clusters` : '';
  const range = input.from === undefined ? '' : `, ${input.from} to ${input.to}`;
  return `${counted(input.spans, 'span')}, ${counted(input.traces, 'trace')}, ${counted(input.requests, 'request')}${clusters}${range}`;
}

/** What is in no table, and how to read the rest. */
export function asides(input: InputSummary): string[] {
  const services = Object.entries(input.otherServices);
  const several = (n: number, line: string) => n > 0 ? [line] : [];
  return [
    ...several(input.longRequests, `${counted(input.longRequests, 'watch or other long request', 'watches and other long requests')} left out`),
    ...several(input.incompleteTraces, `${counted(input.incompleteTraces, 'trace is', 'traces are')} incomplete: a span is missing, so where the time went is not counted`),
    ...several(input.backgroundTraces, `${counted(input.backgroundTraces, 'trace')} of work that no request asked for left out`),
    ...several(services.length, `traces of other services left out: ${services.map(([name, n]) => `${name} ${count(n)}`).slice(0, 5).join(', ')}`),
    ...several(input.brokenLines, `${counted(input.brokenLines, 'line')} of damaged or cut-off JSON left out`),
    ...several(input.otherLines, `${counted(input.otherLines, 'line')} without spans left out`),
    ...several(input.brokenSpans, `${counted(input.brokenSpans, 'span')} without an id or a time left out`),
    ...several(input.duplicateSpans, `${counted(input.duplicateSpans, 'span')} sent twice, counted once`),
    ...several(input.clockSkewMs >= 1 ? 1 : 0, `clocks of nodes differ by up to ${duration(input.clockSkewMs)}: spans of other nodes are put inside their parents`),
    ...several(input.requests, 'counts are of the requests that were sampled'),
    ...input.notes,
  ];
}
