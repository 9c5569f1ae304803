import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../host/base/testing/temporary-directory.ts';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { pageLink } from '../testing/page-link.ts';

const open = openPage(StandInEngine);
let id: string;

/** A container with a few files, its Files tab open. Answers where they are. */
async function openFiles(): Promise<string> {
  const { engine, page, visit } = open;
  id = engine.addContainer({ image: 'nginx:1', name: 'web' });
  const root = engine.containerRoot(id);
  await mkdir(join(root, 'etc/nginx/conf.d'), { recursive: true });
  await mkdir(join(root, 'usr/share/nginx/html'), { recursive: true });
  await writeFile(
    join(root, 'etc/nginx/app.yaml'),
    '# where it listens\nserver:\n  port: 8080\n  hosts: ["a.example", "b.example"]\n  debug: false\n',
  );
  await writeFile(join(root, 'etc/nginx/two\nlines'), 'odd');
  await writeFile(join(root, 'etc/nginx/core'), Buffer.from([1, 0, 2]));
  await symlink('etc/nginx', join(root, 'nginx'));
  await symlink('nowhere', join(root, 'dangling'));
  await writeFile(join(root, 'notes.txt'), 'hello\r\nworld\r\n');
  await visit(`/containers/${id}/files`);
  await page.getByRole('button', { name: 'etc', exact: true }).waitFor();
  return root;
}

it('goes through folders and links, and back by the way at the top', async () => {
  const { page, complaints } = open;
  await openFiles();
  await page.getByRole('row', { name: /dangling.*broken link/ }).waitFor();
  await page.getByRole('button', { name: /^nginx/ }).click();
  await page.getByRole('button', { name: 'app.yaml', exact: true }).waitFor();
  const way = page.getByRole('navigation', { name: 'Folder' });
  await way.getByRole('button', { name: 'web' }).click();
  await page.getByRole('button', { name: 'notes.txt', exact: true }).waitFor();
  await page.getByLabel('Search this folder').fill('ETC');
  await expect.poll(() => page.getByRole('button', { name: 'notes.txt' }).count()).toBe(0);
  await page.getByRole('button', { name: 'etc', exact: true }).click();
  await page.getByRole('button', { name: 'nginx', exact: true }).click();
  await page.getByRole('button', { name: 'core', exact: true }).click();
  await page.getByRole('heading', { name: "This file isn't text" }).waitFor();
  expect(complaints).toEqual([]);
});

it('edits a text, and saves it to the last line break', async () => {
  const { page } = open;
  const root = await openFiles();
  await page.getByRole('button', { name: 'notes.txt', exact: true }).click();
  await page.getByLabel('Text of notes.txt').waitFor();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('again');
  await page.keyboard.press('Control+s');
  const text = () => readFile(join(root, 'notes.txt'), 'utf8');
  await expect.poll(text).toBe('hello\r\nworld\r\nagain');
  await page.getByText('Saving keeps the owner and permissions').waitFor();
  await page.keyboard.type('!');
  // Somebody else writes meanwhile.
  await writeFile(join(root, 'notes.txt'), 'theirs, and longer');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'notes.txt has changed on disk' });
  await dialog.getByRole('button', { name: 'Replace the file' }).click();
  await expect.poll(text).toBe('hello\r\nworld\r\nagain!');
});

/** Types at the end of notes.txt, and answers its editor. */
async function typeIntoNotes(text: string): Promise<Locator> {
  const { page } = open;
  await page.getByRole('button', { name: 'notes.txt', exact: true }).click();
  const editor = page.getByLabel('Text of notes.txt');
  await editor.waitFor();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
  return editor;
}

it('keeps typed text on other pages and after a reload', async () => {
  const { page, engine } = open;
  const root = await openFiles();
  const editor = await typeIntoNotes('draft');
  await page.getByRole('tab', { name: /Files.*Unsaved changes/ }).waitFor();
  await page.getByRole('tab', { name: 'Stats' }).click();
  await page.getByRole('tab', { name: /Files/ }).click();
  await editor.getByText('draft').waitFor();
  await pageLink(page, 'Images').click();
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor();
  await keepPicture(page, 'unsaved-elsewhere');
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: '1 unsaved file' }).click();
  await page.getByRole('link', { name: 'notes.txt in web' }).click();
  await editor.getByText('draft').waitFor();

  // The container ends, and the page is drawn again.
  engine.startContainer(id);
  engine.exitContainer(id, 0);
  await editor.getByText('draft').waitFor();

  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await page.reload();
  await editor.getByText('draft').waitFor();
  expect(asked).toEqual(['beforeunload']);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page
    .getByRole('row', { name: /notes\.txt/ })
    .getByLabel('Unsaved changes')
    .waitFor();
  await keepPicture(page, 'unsaved-file');
  await page.getByRole('button', { name: /^notes.txt/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saving keeps the owner and permissions').waitFor();
  expect(await readFile(join(root, 'notes.txt'), 'utf8')).toBe('hello\r\nworld\r\ndraft');
  await expect.poll(() => page.getByLabel('Unsaved changes').count()).toBe(0);
  await page.reload();
  await page.getByLabel('Text of notes.txt').waitFor();
  expect(asked).toEqual(['beforeunload']);
});

it('says that a file changed since its draft was begun, and can go back to the file', async () => {
  const { page } = open;
  const root = await openFiles();
  const editor = await typeIntoNotes('mine');
  await page.getByRole('tab', { name: 'Stats' }).click();
  await writeFile(join(root, 'notes.txt'), 'theirs, and longer');
  await page.getByRole('tab', { name: /Files/ }).click();
  await page.getByRole('alert').getByText('notes.txt changed on disk').waitFor();
  await editor.getByText('mine').waitFor();
  await keepPicture(page, 'unsaved-changed-on-disk');
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'notes.txt has changed on disk' });
  await dialog.getByRole('button', { name: 'Keep editing' }).click();
  expect(await readFile(join(root, 'notes.txt'), 'utf8')).toBe('theirs, and longer');
  await page.getByRole('button', { name: 'Use the version on disk' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard changes' }).click();
  await editor.getByText('theirs, and longer').waitFor();
  expect(await page.getByLabel('Unsaved changes').count()).toBe(0);
});

it('still has what was typed into a file that is gone', async () => {
  const { page } = open;
  const root = await openFiles();
  await typeIntoNotes('mine');
  await page.getByRole('tab', { name: 'Stats' }).click();
  await rm(join(root, 'notes.txt'));
  await page.getByRole('tab', { name: /Files/ }).click();
  await page.getByRole('button', { name: 'Copy your unsaved text' }).click();
  await expect
    .poll(() => page.evaluate('navigator.clipboard.readText()'))
    .toBe('hello\r\nworld\r\nmine');
  await page.getByRole('button', { name: '1 unsaved file' }).click();
  await page.getByRole('button', { name: 'Discard your changes to notes.txt in web' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard changes' }).click();
  await expect.poll(() => page.getByLabel('Unsaved changes').count()).toBe(0);
});

it('makes, renames and deletes', async () => {
  const { page } = open;
  const root = await openFiles();
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByRole('menuitem', { name: 'New folder…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('made');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'More actions for made' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('notes.txt');
  await page.keyboard.press('Enter');
  await page.getByText('/notes.txt already exists').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('renamed');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'More actions for renamed' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page
    .getByRole('dialog')
    .getByText(/everything in it/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect
    .poll(() => page.getByRole('button', { name: 'renamed', exact: true }).count())
    .toBe(0);
  await expect(readFile(join(root, 'renamed'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('downloads to the host and uploads from it', async () => {
  const { page } = open;
  const root = await openFiles();
  const place = await temporaryDirectory();
  /** The dialog begins at home; the name may lead elsewhere. */
  const choose = async (name: string) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('File name').fill(relative(homedir(), join(place, name)));
    await dialog.getByRole('button', { name: /^(Save|Choose)$/ }).click();
  };
  await page.getByRole('button', { name: 'Download notes.txt' }).click();
  await choose('copy.txt');
  await page.getByText(/Saved to .*copy\.txt/).waitFor();
  expect(await readFile(join(place, 'copy.txt'), 'utf8')).toBe('hello\r\nworld\r\n');
  await writeFile(join(place, 'new.txt'), 'new');
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('menuitem', { name: 'Upload a file…' }).click();
  await choose('new.txt');
  await page.getByRole('button', { name: 'new.txt', exact: true }).waitFor();
  expect(await readFile(join(root, 'new.txt'), 'utf8')).toBe('new');
});

it('draws a folder of thousands of files at once', async () => {
  const { page } = open;
  const root = await openFiles();
  await mkdir(join(root, 'many'));
  await Promise.all(
    Array.from({ length: 3000 }, (_, index) => writeFile(join(root, 'many', `file-${index}`), '')),
  );
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('button', { name: 'many', exact: true }).click();
  await page.getByText(/300 of 3,000 files are shown/).waitFor();
  await page.getByLabel('Search this folder').fill('file-2999');
  await page.getByRole('button', { name: 'file-2999', exact: true }).waitFor();
});

it.each(['light', 'dark'] as const)('has no barriers in %s colours', async (colors) => {
  const { page } = open;
  await page.emulateMedia({ colorScheme: colors });
  await openFiles();
  await keepPicture(page, `files-${colors}`);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: /^nginx/ }).click();
  await page.getByRole('button', { name: 'app.yaml', exact: true }).click();
  await page.getByLabel('Text of app.yaml').waitFor();
  await keepPicture(page, `files-editor-${colors}`);
  expect(await findBarriers(page)).toEqual([]);
  await page.setViewportSize({ width: 900, height: 600 });
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'app.yaml', exact: true }).waitFor();
  const name = page.getByRole('cell', { name: 'app.yaml', exact: true });
  expect((await name.boundingBox())?.width).toBeGreaterThan(200);
  await keepPicture(page, `files-small-${colors}`);
});
