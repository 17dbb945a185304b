import { Chromium } from '../../support/browser/chromium';

export interface Contrast {
  readonly text: string;
  readonly ratio: number;
}

/** The contrast of every text that is seen: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrasts(browser: Chromium): Promise<Contrast[]> {
  return browser.value(`(${inPage.toString()})()`);
}

/** Runs in the page. */
function inPage(): Contrast[] {
  const page = globalThis as any;
  const canvas = page.document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour: string): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = colour.map(part => part / 255).map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element: any): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const drawn = at.matches('g.frame') ? page.getComputedStyle(at.querySelector('rect')).fill : page.getComputedStyle(at).backgroundColor;
      const colour = rgba(drawn);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  // Behind an open dialog nothing is read.
  const root = page.document.querySelector('dialog[open]') ?? page.document.body;
  const walker = page.document.createTreeWalker(root, 4);
  const found: Contrast[] = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const { width, height } = element.getBoundingClientRect();
    if (text === '' || width === 0 || height === 0 || element.closest('script, style, noscript, :disabled') || !element.checkVisibility()) continue;
    const [a, b] = [light(rgba(page.getComputedStyle(element).color)), light(background(element))].sort((x, y) => y - x) as [number, number];
    found.push({ text: text.slice(0, 40), ratio: Math.round((a + 0.05) / (b + 0.05) * 100) / 100 });
  }
  return found;
}
