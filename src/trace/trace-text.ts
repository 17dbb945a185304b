import { Arrived } from './await-spans';
import { clientView } from './client-view';
import { Exchange, isDiscovery } from './exchange';
import { SpanLookup } from './span-lookup';
import { TraceState } from './trace-state';
import { TraceView } from '../report/model/report';
import { requestName } from '../report/model/request-name';
import { counted, duration } from '../report/render/numbers';
import { Style } from '../report/render/style';
import { clean, cut } from '../report/render/terminal-text';
import { waterfall } from '../report/render/waterfall';

interface Shown {
  readonly top: number;
  readonly all: boolean;
  readonly width: number;
  readonly style: Style;
}

/** What the command's requests took, and what is missing. */
export function traceText(exchanges: readonly Exchange[], { states, error }: Arrived, lookup: SpanLookup, { top, all, width, style }: Shown): string {
  const own = exchanges.filter(exchange => !isDiscovery(exchange));
  // A command that only discovers is asked about just that.
  const shown = own.length > 0 ? own : exchanges;
  const viewed = shown.flatMap(exchange => {
    const state = states.get(exchange.traceId);
    return state?.view ? [{ exchange, state, view: clientView(state.view, exchange) }] : [];
  });
  // A watch lasts for as long as it is wanted: there is nothing to explain.
  const slowest = viewed.filter(({ exchange }) => !isLong(exchange)).sort((a, b) => b.view.ms - a.view.ms).slice(0, top);
  const falls = viewed.filter(item => slowest.includes(item));
  const line = (text: string) => cut(clean(text), width);
  const lines = [
    ...falls.flatMap(({ exchange, view, state }) => ['', ...waterfall(view, width, style, all, '--all'), style.dim(line(`Audit-ID ${exchange.auditId}${etcdNote(state)}`))]),
    ...viewed.filter(item => !falls.includes(item)).map(({ exchange, view }) => line(restText(exchange, view))),
    ...discovery(exchanges, shown, states).map(line),
    ...missing(shown, states, lookup, error).map(text => text === '' ? '' : style.alarm(clean(text))),
  ];
  return lines.map(text => `${text.trimEnd()}\n`).join('');
}

function isLong({ method, target }: Exchange): boolean {
  return requestName(method, target, '').long;
}

function restText(exchange: Exchange, { ms, request, causes }: TraceView): string {
  const what = isLong(exchange) ? 'open for as long as it was wanted' : causes[0]?.cause ?? '';
  return `${request || requestText(exchange)}: ${duration(ms)}, ${what}; trace ${exchange.traceId}`;
}

function etcdNote({ etcdMissing }: TraceState): string {
  return etcdMissing === 0 ? '' : `; etcd's own spans of ${counted(etcdMissing, 'call')} did not arrive`;
}

function discovery(exchanges: readonly Exchange[], shown: readonly Exchange[], states: Arrived['states']): string[] {
  const rest = exchanges.filter(exchange => !shown.includes(exchange));
  if (rest.length === 0) return [];
  const total = rest.reduce((sum, { start, end }) => sum + ((end ?? start) - start), 0);
  const without = rest.filter(({ traceId }) => !states.get(traceId)?.view).length;
  return ['', `and ${counted(rest.length, 'request')} for the API's description, ${duration(total)} in all, which clients usually have in a cache${without > 0 ? ` (${without} without spans)` : ''}`];
}

function missing(shown: readonly Exchange[], states: Arrived['states'], lookup: SpanLookup, error: string | undefined): string[] {
  const without = shown.filter(({ traceId }) => !states.get(traceId)?.view);
  const incomplete = shown.filter(({ traceId }) => states.get(traceId)?.view?.complete === false);
  if (without.length === 0 && incomplete.length === 0) return [];
  const names = (some: readonly Exchange[]) => some.slice(0, 3).map(exchange => `${requestText(exchange)} (trace ${exchange.traceId})`).join(', ') + (some.length > 3 ? ', …' : '');
  return [
    '',
    ...incomplete.length > 0 ? [`spans are missing in ${counted(incomplete.length, 'request')}: ${names(incomplete)}`] : [],
    ...without.length > 0 ? [`no spans of ${counted(without.length, 'request')} in ${lookup.name}: ${names(without)}`, error === undefined ? lookup.hint : `it could not be read: ${error}`] : [],
  ];
}

function requestText({ method, target }: Exchange): string {
  return `${method} ${target.replace(/\?.*$/, '')}`;
}
