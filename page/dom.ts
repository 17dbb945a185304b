import { clean } from '../src/report/render/terminal-text';

type Value = string | number | boolean | undefined;
type Tags = HTMLElementTagNameMap;
type Attributes = { readonly [name: string]: Value };
export type Child = Node | string | undefined;

/** Makes an element. All texts are set as text, so that no name in a span can be markup. */
export function el<Tag extends keyof Tags>(tag: Tag, attributes: Attributes = {}, ...children: readonly Child[]): Tags[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  for (const child of children) if (child !== undefined) element.append(typeof child === 'string' ? text(child) : child);
  return element;
}

/** Without characters that are not seen or that turn the direction of text. */
export function text(value: string): Text {
  return document.createTextNode(clean(value));
}

export function set(element: Element, name: string, value: Value): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : clean(String(value)));
}

export function button(label: string, pressed: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', event => {
    event.stopPropagation();
    pressed();
  });
  return made;
}

/** Of a group, one element takes part in the order of the Tab key; arrows move between them. */
export function arrowKeys(group: HTMLElement, items: readonly HTMLElement[]): void {
  items.forEach((item, i) => { item.tabIndex = i === 0 ? 0 : -1; });
  group.addEventListener('keydown', event => {
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = items[Math.max(0, Math.min(items.length - 1, to))]!;
    items[at]!.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
