import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../host/base/testing/temporary-directory.ts';
import { StandInEngine } from '../../host/screen/testing/stand-in-engine.ts';
import { findBarriers } from '../testing/accessibility.ts';
import { keepPicture } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { pageLink } from '../testing/page-link.ts';

const open = openPage(StandInEngine);

function fillEngine(): void {
  const { engine } = open;
  for (const reference of ['busybox:latest', 'alpine:3.22', 'nginx:1']) engine.addImage(reference);
  engine.images.add();
  engine.startContainer(engine.addContainer({ image: 'nginx:1', name: 'web' }));
}

it('pulls with a layer each, and says what to do when it cannot', async () => {
  const { page, visit, engine } = open;
  await visit('/images');
  await page.getByLabel('Image to pull').fill('alpine:3.22');
  await page.getByRole('combobox', { name: 'Platform of the image' }).click();
  await page.getByRole('option', { name: 'linux/arm64' }).click();
  await page.getByRole('button', { name: 'Pull' }).click();
  await page.getByRole('row', { name: /alpine 3\.22 8\.31 MB/ }).waitFor();
  expect(engine.images.platforms).toEqual(['linux/arm64']);
  await page.getByLabel('Image to pull').fill('private/app');
  await page.keyboard.press('Enter');
  const alert = page.getByRole('alert');
  await alert.getByText(/Pull access denied for private\/app/).waitFor();
  const link = alert.getByRole('link', { name: 'Settings › Registries' });
  expect(await link.getAttribute('href')).toBe('#/settings/registries');
});

it('shows each layer of a pull, whatever page is looked at, and cancels it', async () => {
  const { page, visit, engine } = open;
  engine.images.stalls = true;
  await visit('/images');
  await page.getByLabel('Image to pull').fill('nginx:1');
  await page.keyboard.press('Enter');
  await page.getByText('36.2 MB of 72.3 MB').waitFor();
  await pageLink(page, 'Containers').click();
  await page.getByRole('button', { name: '2 layers' }).click();
  const layers = page.getByRole('list', { name: 'Layers' });
  await layers.getByText('Downloading 36.2 MB of 72.3 MB').waitFor();
  await layers.getByText('Waiting').waitFor();
  await keepPicture(page, 'images-pull');
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel: Pulling nginx:1' }).click();
  await page.getByText('Pulling nginx:1').waitFor({ state: 'detached' });
  await expect.poll(() => engine.images.cancelled).toBe(1);
});

it('finds an image in a registry and fills it in', async () => {
  const { page, visit } = open;
  await visit('/images');
  await page.getByRole('button', { name: 'Search…' }).click();
  await page.getByLabel('Search term').fill('nginx');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^nginx official/ }).waitFor();
  await keepPicture(page, 'images-search');
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: /^nginx official/ }).click();
  await expect.poll(() => page.getByLabel('Image to pull').inputValue()).toBe('nginx');
});

it('searches, and removes several after saying what stays', async () => {
  const { page, visit } = open;
  fillEngine();
  await visit('/images');
  await page.getByLabel('Search images').fill('web');
  await page.getByRole('row', { name: /nginx 1.*web/ }).waitFor();
  expect(await page.getByRole('row', { name: /alpine/ }).count()).toBe(0);
  await page.getByLabel('Search images').fill('');
  await page.getByLabel('Select nginx:1').click();
  await page.getByLabel('Select alpine:3.22').click();
  await page.getByRole('button', { name: 'Remove 2…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The image stays. Containers use it: web.').waitFor();
  await dialog.getByText('Frees at least 8.31 MB').waitFor();
  await keepPicture(page, 'images-remove');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('row', { name: /alpine/ }).waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /nginx 1/ }).waitFor();
});

it('cleans up after showing what goes', async () => {
  const { page, visit, engine } = open;
  fillEngine();
  engine.images.add('mine:1');
  await visit('/images');
  await page.getByRole('button', { name: 'Remove unused…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Images without a tag').check();
  await dialog.getByRole('button', { name: 'Remove 1 image' }).waitFor();
  await dialog.getByLabel('All images that no container uses').check();
  await dialog.getByRole('button', { name: 'Remove 4 images' }).waitFor();
  await dialog.getByLabel('These, and downloaded images that no container uses').check();
  await dialog.getByLabel('Removed', { exact: true }).getByText('busybox:latest').waitFor();
  await dialog.getByLabel('Kept', { exact: true }).getByText('mine:1').waitFor();
  await keepPicture(page, 'images-clean-up');
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Remove 3 images' }).click();
  await page.getByText('13.6 MB freed').waitFor();
  await page.getByRole('row', { name: /nginx 1/ }).waitFor();
  await page.getByRole('row', { name: /mine 1/ }).waitFor();
  expect(await page.getByRole('row', { name: /busybox/ }).count()).toBe(0);
});

it('adds a name and explains why another is invalid', async () => {
  const { page, visit } = open;
  fillEngine();
  await visit('/images');
  await page.getByRole('button', { name: 'More actions for alpine:3.22' }).click();
  await page.getByRole('menuitem', { name: 'Add tag…' }).click();
  const name = page.getByRole('dialog').getByLabel('Tag', { exact: true });
  await name.fill('Mine:1');
  await page.getByRole('button', { name: 'Add tag' }).click();
  await page.getByText('Invalid reference format').waitFor();
  await name.fill('mine:1');
  await page.getByRole('button', { name: 'Add tag' }).click();
  await page.getByRole('row', { name: /mine 1 8\.31 MB/ }).waitFor();
});

it('saves an image to a file on the host', async () => {
  const { page, visit } = open;
  const directory = await temporaryDirectory();
  fillEngine();
  await visit('/images');
  await page.getByRole('button', { name: 'More actions for alpine:3.22' }).click();
  await page.getByRole('menuitem', { name: 'Save to a file…' }).click();
  // The dialog joins folder and name; a name may lead elsewhere.
  const path = join(directory, 'alpine.tar');
  await page.getByLabel('File name').fill(relative(homedir(), path));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/^Saved to /).waitFor();
  expect(await readFile(path, 'utf8')).toBe('archive of alpine:3.22');
});

it('shows an image, its layers and all that is known', async () => {
  const { page, visit, complaints } = open;
  fillEngine();
  await visit('/images');
  await page.getByRole('link', { name: 'nginx', exact: true }).click();
  await page.getByText('NGINX_VERSION').waitFor();
  await page.getByRole('link', { name: 'web' }).waitFor();
  await page.getByRole('tab', { name: 'Layers' }).click();
  await page.getByRole('cell', { name: 'RUN apk add --no-cache nginx' }).waitFor();
  await page.getByRole('tab', { name: 'JSON' }).click();
  await page.getByText('"Architecture": "amd64"').waitFor();
  await page.goBack();
  await page.getByRole('row', { name: /nginx 1/ }).waitFor();
  expect(complaints).toEqual([]);
});

it.each(['light', 'dark'] as const)('has no barriers in %s colours', async (colorScheme) => {
  const { page, visit } = open;
  await page.emulateMedia({ colorScheme });
  fillEngine();
  await visit('/images');
  await page.getByRole('row', { name: /nginx 1.*web/ }).waitFor();
  await keepPicture(page, `images-list-${colorScheme}`);
  expect(await findBarriers(page)).toEqual([]);
  await page.setViewportSize({ width: 900, height: 600 });
  await keepPicture(page, `images-list-narrow-${colorScheme}`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('link', { name: 'nginx', exact: true }).click();
  for (const tab of ['Overview', 'Layers', 'JSON']) {
    await page.getByRole('tab', { name: tab }).click();
    await page
      .getByText(/NGINX_VERSION|apk add|Architecture/)
      .first()
      .waitFor();
    await keepPicture(page, `image-${tab.toLowerCase()}-${colorScheme}`);
    expect(await findBarriers(page)).toEqual([]);
  }
});
