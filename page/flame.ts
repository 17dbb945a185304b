import flamegraph, { FlameItem } from 'd3-flame-graph';
import { select } from 'd3-selection';
import { causeClass, legend } from './causes';
import { button, el, set } from './dom';
import { Term } from './term';
import { FlameNode } from '../src/report/model/page';
import { counted, duration, percent } from '../src/report/render/numbers';
import { clean } from '../src/report/render/terminal-text';

type Item = FlameItem<FlameNode>;

const CELL = 24;

/** All requests as one flame graph, the root at the top; by mouse, finger and keyboard. */
export class Flame {
  public readonly element: HTMLElement;
  private readonly chart = flamegraph<FlameNode>();
  private readonly drawing = el('div', { class: 'flame' });
  private readonly details = el('p', { 'class': 'details', 'aria-live': 'polite' });
  private readonly totals = new Map<FlameNode, number>();
  private readonly frames = new Map<Item, SVGGElement>();
  private current: Item | undefined;

  /** @param open shows traces that have such a frame, where there are any */
  constructor(private readonly root: FlameNode, private readonly open: (names: readonly string[]) => (() => void) | undefined) {
    const causes = new Set<string>();
    this.sum(root, causes);
    this.element = el('div', {},
      legend(causes),
      this.drawing,
      el('div', { class: 'tools' }, this.details, button('Show all again', () => this.chart.resetZoom())),
      el('p', { class: 'hint' }, 'Width is time on the critical path. Select a frame to widen it. Keys: arrows move, Enter widens, Escape shows all again.'));
  }

  /** Once the element is in the document. */
  public draw(): void {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.chart.width(this.width).cellHeight(CELL).inverted(true).selfValue(true).minFrameSize(1).transitionDuration(still ? 0 : 200)
      .getName(({ data }) => clean(data.name))
      .label(item => this.words(item))
      .setColorMapper(({ highlight, data }) => (highlight ? 'var(--found)' : `var(--${causeClass(data.cause)})`))
      .setSearchMatch(({ data }, term) => new Term(term).matches(data.name.toLowerCase()))
      .setSearchHandler(() => {})
      .onClick(item => {
        this.tell(item);
        this.decorate();
      });
    this.chart(select<FlameNode>(this.drawing).datum(this.root));
    const svg = this.drawing.querySelector('svg')!;
    set(svg, 'role', 'tree');
    set(svg, 'aria-label', 'Flame graph of all requests');
    // The library keeps room for a title.
    set(svg, 'height', Number(svg.getAttribute('height')) - 2 * CELL);
    this.drawing.addEventListener('keydown', event => this.key(event));
    this.decorate();
    let width = this.width;
    new ResizeObserver(() => {
      if (this.width === width || this.width === 0) return;
      width = this.width;
      this.chart.width(width).update();
      this.decorate();
    }).observe(this.drawing);
  }

  public search(term: Term, text: string): void {
    if (term.empty) this.chart.clear();
    else this.chart.search(text);
    this.decorate();
  }

  private get width(): number {
    return Math.floor(this.drawing.clientWidth);
  }

  private sum(node: FlameNode, causes: Set<string>): number {
    if (node.cause !== '') causes.add(node.cause);
    const total = node.children.reduce((sum, child) => sum + this.sum(child, causes), node.value);
    this.totals.set(node, total);
    return total;
  }

  private words({ data }: Item): string {
    const total = this.totals.get(data) ?? 0;
    const own = data.children.length > 0 && data.value > 0 ? `, ${duration(data.value)} of it itself` : '';
    return clean(`${data.name}: ${duration(total)}, ${percent(total / (this.totals.get(this.root) || 1))}${own}, ${counted(data.n, 'time')}`);
  }

  private tell(item: Item): void {
    this.current = item;
    const names: string[] = [];
    for (let at: Item | null = item; at; at = at.parent) names.unshift(at.data.name);
    const open = this.open(names);
    this.details.replaceChildren(this.words(item), ...open ? [' ', button('Show traces', open)] : []);
  }

  /** Frames come and go with every change of the width. */
  private decorate(): void {
    this.frames.clear();
    for (const frame of this.drawing.querySelectorAll<SVGGElement & { readonly __data__: Item }>('g.frame')) {
      const item = frame.__data__;
      this.frames.set(item, frame);
      set(frame, 'role', 'treeitem');
      set(frame, 'aria-label', this.words(item));
      set(frame, 'tabindex', item === this.current || (this.current === undefined && item.parent === null) ? 0 : -1);
    }
    if (this.current && this.frames.has(this.current)) return;
    const [first] = this.frames.values();
    if (first) set(first, 'tabindex', 0);
  }

  private key(event: KeyboardEvent): void {
    const item = (event.target as Element & { readonly __data__?: Item }).__data__;
    if (!item) return;
    const siblings = [...item.parent?.children ?? []].filter(sibling => this.frames.has(sibling));
    const at = siblings.indexOf(item);
    const to = {
      ArrowDown: item.children?.find(child => this.frames.has(child)),
      ArrowUp: item.parent,
      ArrowLeft: siblings[at - 1],
      ArrowRight: siblings[at + 1],
    }[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.frames.get(item)?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    else if (event.key === 'Escape') this.chart.resetZoom();
    else if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    if (!to) return;
    this.tell(to);
    this.decorate();
    this.frames.get(to)?.focus();
  }
}
