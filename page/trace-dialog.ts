import { button, el } from './dom';
import { waterfall } from './waterfall';
import { KeptTrace } from '../src/report/model/page';
import { duration, percent } from '../src/report/render/numbers';

/** Shows traces, one at a time. The browser keeps the focus inside, and gives it back. */
export class TraceDialog {
  public readonly element = el('dialog', { 'aria-labelledby': 'trace-title' });
  private shown: readonly KeptTrace[] = [];
  private at = 0;

  constructor() {
    // A click beside the dialog is one on its backdrop.
    this.element.addEventListener('click', event => { if (event.target === this.element) this.element.close(); });
    this.element.addEventListener('keydown', event => {
      if (event.key === 'PageDown' && this.shown[this.at + 1]) this.go(this.at + 1);
      else if (event.key === 'PageUp' && this.shown[this.at - 1]) this.go(this.at - 1);
      else return;
      event.preventDefault();
    });
  }

  public open(traces: readonly KeptTrace[], at = 0): void {
    this.shown = traces;
    if (!this.element.open) this.element.showModal();
    this.go(at);
  }

  private go(at: number): void {
    this.at = at;
    const trace = this.shown[at]!;
    const step = (to: number, label: string) => button(label, () => this.go(to), { disabled: this.shown[to] === undefined });
    const facts: readonly (readonly [string, string])[] = [
      ['Trace', trace.traceId], ['Cluster', trace.cluster ?? ''], ['URL', trace.url], ['Client', trace.client], ['Status', trace.status > 0 ? String(trace.status) : ''],
      ['Begin', trace.start], ['Kept as', trace.why], ['Complete', trace.complete ? '' : 'no: a span is missing'],
      ['Time', trace.causes.slice(0, 4).map(({ cause, ms, share }) => `${cause} ${duration(ms)} (${percent(share)})`).join(', ')],
    ];
    this.element.replaceChildren(
      el('div', { class: 'bar-of-dialog' },
        el('h2', { id: 'trace-title', tabindex: -1 }, `${trace.request || 'trace without a request'}  ${duration(trace.ms)}`),
        el('div', { class: 'tools' },
          ...this.shown.length > 1 ? [step(at - 1, 'Previous'), el('span', {}, `${at + 1} of ${this.shown.length}`), step(at + 1, 'Next')] : [],
          button('Close', () => this.element.close()))),
      el('dl', { class: 'facts' }, ...facts.filter(([, value]) => value !== '').flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
      waterfall(trace));
    this.element.scrollTop = 0;
    // What had the focus is gone, and keys would go to the page behind.
    this.element.querySelector<HTMLElement>('h2')!.focus();
  }
}
