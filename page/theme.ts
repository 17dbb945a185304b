import { button } from './dom';

const THEMES = ['auto', 'light', 'dark'] as const;

/** Light, dark, or as the system has it. */
export function themeButton(): HTMLButtonElement {
  let at = 0;
  const made = button('Theme: auto', () => {
    at = (at + 1) % THEMES.length;
    const theme = THEMES[at]!;
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset.theme = theme;
    made.textContent = `Theme: ${theme}`;
  }, { id: 'theme' });
  return made;
}
