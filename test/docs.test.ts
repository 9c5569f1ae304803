import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** All Markdown pages of the repository. */
const pages = readdirSync(root, { withFileTypes: true })
  .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist')
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(join(root, entry.name), { recursive: true, encoding: 'utf8' }).map((path) =>
          join(entry.name, path),
        )
      : [entry.name],
  )
  .filter((path) => path.endsWith('.md'));

const withoutCode = (page: string) =>
  page.replace(/^```.*?^```/gms, '').replace(/(`+)(?!`).*?[^`]\1(?!`)/gs, '');

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  const anchors: string[] = [];
  for (const [, heading = ''] of page.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const earlier = anchors.filter((other) => other.replace(/-\d+$/, '') === anchor).length;
    anchors.push(earlier === 0 ? anchor : `${anchor}-${earlier}`);
  }
  return anchors;
}

/** Links of a page, as written, that lead nowhere; `path` is relative to the repository. */
function brokenLinks(path: string, page: string): string[] {
  const links = [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = resolve(root, dirname(path), file);
      if (file !== '' && !existsSync(target)) return true;
      if (anchor === undefined) return false;
      const text = file === '' ? page : readFileSync(target, 'utf8');
      return !anchorsOf(text).includes(anchor);
    });
}

test.each(pages)('every link of %s leads to a file, and to a heading in it', (path) => {
  expect(brokenLinks(path, readFileSync(join(root, path), 'utf8'))).toEqual([]);
});

test('links that lead nowhere are found', () => {
  const page = `# A \`b\` (c)
# Same
# Same
[1](ports.md) [2](missing.md) [3](#a-b-c) [4](#a-c) [5](#same-1) [6](../README.md#try-it)
[7](../README.md#missing) [8](https://example.com/x) \`[9](missing.md)\`
\`\`\`
[10](missing.md)
\`\`\`
`;
  expect(brokenLinks('docs/x.md', page)).toEqual(['missing.md', '#a-c', '../README.md#missing']);
});

test('every page of the docs is linked from the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const unlinked = pages
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.startsWith('docs/') && !readme.includes(`(${path})`));
  expect(unlinked).toEqual([]);
});
