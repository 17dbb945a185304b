import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { anchors, PAGES, ROOT } from './markdown';

const OWN = /^https:\/\/github\.com\/cdk8s-control-plane-tracing\/cdk8s-control-plane-tracing\/(?:tree|blob)\/main\/(.*)$/;

function links(text: string): string[] {
  const prose = text.replace(/^([ ]*)```[^]*?^\1```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

test.each(PAGES.map(({ file }) => file))('every link of %s leads somewhere', file => {
  const { text } = PAGES.find(page => page.file === file)!;
  const broken = links(text).filter(link => {
    const own = OWN.exec(link)?.[1];
    if (own === undefined && /^(https?|mailto):/.test(link)) return false;
    const [target, anchor] = (own ?? link).split('#') as [string, string | undefined];
    const resolved = own !== undefined ? target : target === '' ? file : path.normalize(path.join(path.dirname(file), target));
    if (!existsSync(path.join(ROOT, resolved))) return true;
    const page = PAGES.find(candidate => candidate.file === resolved);
    return anchor !== undefined && page !== undefined && !anchors(page.text).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('the index names every page', () => {
  const index = PAGES.find(page => page.file === 'docs/README.md')!;
  const named = links(index.text).map(link => path.join('docs', link));
  const missing = PAGES.map(page => page.file).filter(file => file.startsWith('docs/') && file !== 'docs/README.md' && !named.includes(file));
  expect(missing).toEqual([]);
});
