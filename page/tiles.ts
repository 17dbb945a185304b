import { el } from './dom';
import { Page } from '../src/report/model/page';
import { count, counted, duration, percent } from '../src/report/render/numbers';

/** The figures that are looked at first. */
export function tiles({ report, all }: Page): HTMLElement {
  const { input, webhooks, etcd, clients } = report;
  const [webhook, call, client] = [webhooks[0], etcd[0], clients[0]];
  const shown: readonly (readonly [string, string, string, string?])[] = [
    ['Requests', count(input.requests), `${counted(input.spans, 'span')}, ${counted(input.traces, 'trace')}`, '#requests'],
    ...input.requests > 0 ? [
      ['P99', duration(all.p99Ms), `p50 ${duration(all.p50Ms)}`, '#requests'] as const,
      ['Slowest request', duration(all.maxMs), '', '#traces'] as const,
      ['Errors', count(all.errors), `${percent(all.errors / input.requests)} with status 500 and above`, '#traces'] as const,
    ] : [],
    ...webhook ? [['Slowest webhook', duration(webhook.p99Ms), webhook.name, '#webhooks'] as const] : [],
    ...call ? [['Slowest etcd call', duration(call.p99Ms), `${call.name}${call.node === undefined ? '' : ` on ${call.node}`}`, '#etcd'] as const] : [],
    ...client ? [['Busiest client', duration(client.totalMs), client.client, '#clients'] as const] : [],
  ];
  return el('ul', { class: 'tiles' }, ...shown.map(([title, value, more, href]) => el('li', {}, el('a', { href },
    el('span', { class: 'title' }, title), el('span', { class: 'value' }, value), el('span', { class: 'more', title: more }, more)))));
}
