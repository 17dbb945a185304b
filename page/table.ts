import { button, el, set } from './dom';
import { Term } from './term';
import { counted } from '../src/report/render/numbers';

export interface Column<Row> {
  readonly title: string;
  /** What rows are sorted by. */
  readonly value: (row: Row) => string | number;
  /** Default: the value itself */
  readonly text?: (row: Row) => string;
  readonly number?: boolean;
  /** What a click on the row does; makes the cell a button. */
  readonly open?: (row: Row) => (() => void) | undefined;
}

const FIRST_ROWS = 10;

/** A table that its headings sort and that the search narrows. */
export class Table<Row> {
  public readonly element: HTMLElement;
  private readonly body = el('tbody');
  private readonly more = el('p', { class: 'more' });
  private readonly rows: { readonly row: Row; readonly line: HTMLTableRowElement; readonly words: string }[];
  private readonly columns: readonly Column<Row>[];
  private readonly headings: HTMLTableCellElement[];
  private term = new Term('');
  private wanted: ((row: Row) => boolean) | undefined;
  private all = false;

  constructor(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]) {
    // A column that is empty in all rows says nothing.
    this.columns = columns.filter(column => rows.some(row => textOf(column, row) !== ''));
    this.rows = rows.map(row => ({ row, line: this.line(row), words: this.columns.map(column => textOf(column, row)).join(' ').toLowerCase() }));
    this.headings = this.columns.map((column, i) => el('th', { scope: 'col', class: column.number ? 'number' : undefined }, button(column.title, () => this.sort(i))));
    this.element = el('div', {},
      el('div', { 'class': 'scroll', 'tabindex': 0, 'role': 'region', 'aria-label': caption },
        el('table', {}, el('caption', { class: 'unseen' }, caption), el('thead', {}, el('tr', {}, ...this.headings)), this.body)),
      this.more);
    this.show();
  }

  /** @returns how many rows match */
  public search(term: Term): number {
    this.term = term;
    return this.show();
  }

  public narrow(wanted: ((row: Row) => boolean) | undefined): void {
    this.wanted = wanted;
    this.show();
  }

  private line(row: Row): HTMLTableRowElement {
    const cells = this.columns.map(column => {
      const words = textOf(column, row);
      const open = column.open?.(row);
      return el('td', { class: column.number ? 'number' : undefined }, open ? button(words, open, { class: 'link' }) : words);
    });
    const line = el('tr', {}, ...cells);
    const press = cells.flatMap(cell => [...cell.querySelectorAll('button')])[0];
    if (press) {
      line.classList.add('opens');
      // Somebody who selects text does not want to open anything.
      line.addEventListener('click', () => { if (document.getSelection()?.isCollapsed !== false) press.click(); });
    }
    return line;
  }

  private sort(by: number): void {
    const heading = this.headings[by]!;
    const column = this.columns[by]!;
    const before = heading.getAttribute('aria-sort');
    const descending = before === null ? column.number === true : before === 'ascending';
    for (const other of this.headings) other.removeAttribute('aria-sort');
    set(heading, 'aria-sort', descending ? 'descending' : 'ascending');
    this.rows.sort((a, b) => compare(column.value(a.row), column.value(b.row)) * (descending ? -1 : 1));
    this.show();
  }

  private show(): number {
    const matching = this.rows.filter(({ row, words }) => (this.wanted?.(row) ?? true) && this.term.matches(words));
    const shown = this.all ? matching : matching.slice(0, FIRST_ROWS);
    this.body.replaceChildren(...shown.map(({ line }) => line));
    this.more.replaceChildren(
      ...matching.length > shown.length ? [button(`Show all ${counted(matching.length, 'row')}`, () => { this.all = true; this.show(); })] : [],
      ...matching.length === 0 ? ['No row matches.'] : [],
    );
    return matching.length;
  }
}

function textOf<Row>({ value, text }: Column<Row>, row: Row): string {
  return text ? text(row) : String(value(row));
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en');
}
