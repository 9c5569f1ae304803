import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listContainers } from '../../electron/host/engine/containers.ts';
import { createNetwork } from '../../electron/host/engine/networks.ts';
import { createVolume } from '../../electron/host/engine/volumes.ts';
import { findBarriers } from '../../electron/web/testing/accessibility.ts';
import { terminalText } from '../../electron/web/testing/browser.ts';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { openApp, PATIENT } from './open-app.ts';
import { runScript } from './run-script.ts';
import { writeShop } from './shop.ts';

/** Screenshots of the documentation change only on request. */
const DIRECTORY = fileURLToPath(
  new URL(
    process.env.BERTH_SCREENSHOTS === '1' ? '../../docs/screenshots' : '../../dist/screenshots',
    import.meta.url,
  ),
);

/** The home of a new user: no prompt, no history, and no files of the user who runs the tests. */
const user = await temporaryDirectory();
const before = { ...process.env };
Object.assign(process.env, { HOME: user.path, SHELL: '/bin/sh', PS1: '~ $ ' });

const open = openApp();
const shop = join(user.path, 'shop');

/** Saves a picture of the page in both color schemes, and checks the accessibility of each. */
async function look(name: string): Promise<void> {
  const { page } = open;
  // Elements under the pointer look different.
  await page.mouse.move(0, 0);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await findBarriers(page), `${name}, ${colorScheme}`).toEqual([]);
    await page.screenshot({
      path: join(DIRECTORY, `${name}-${colorScheme}.png`),
      animations: 'disabled',
    });
  }
}

async function idOf(name: string): Promise<string> {
  const containers = await listContainers(open.host.engine, { all: true });
  const found = containers.find(({ Names }) => Names.includes(`/${name}`));
  if (!found) throw new Error(`no container ${name}`);
  return found.Id;
}

beforeAll(async () => {
  await mkdir(DIRECTORY, { recursive: true });
  const { host } = open;
  await host.composeFiles.add(await writeShop(shop));
  await createNetwork(host.engine, { Name: 'backstage', Internal: true });
  await createVolume(host.engine, { name: 'old-records' });
  await runScript(host, { name: 'nightly-import', script: 'echo no rows to import; exit 3' });
  await runScript(host, { name: 'scratch', script: 'exec sh', terminal: true });
});

afterAll(async () => {
  Object.assign(process.env, before);
  await user[Symbol.asyncDispose]();
});

it('builds an image', async () => {
  const { page } = open;
  await open.visit('/build');
  await page.getByRole('textbox', { name: 'Folder' }).fill(join(shop, 'web'));
  await page.getByRole('textbox', { name: 'Tag' }).fill('shop/web:2.4');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await look('build-steps');
  await open.visit('/build');
  await page.getByRole('row', { name: /shop\/web:2\.4 Built/ }).waitFor();
  await look('build');
});

it('has projects', async () => {
  const { page } = open;
  await open.visit('/projects');
  await page.getByRole('button', { name: 'Start shop' }).click();
  await page.getByRole('row', { name: /shop Running 3\/3/ }).waitFor({ timeout: 150_000 });
  await look('projects');
  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await page.getByRole('row', { name: /shop-web-1/ }).waitFor();
  await look('project');
  await page.getByRole('tab', { name: 'File' }).click();
  await page.getByText('shop/api:1.9').first().waitFor();
  await look('project-file');
});

it('has containers', async () => {
  const { page } = open;
  await open.visit('/containers');
  await page.getByRole('row', { name: /web-1.*Running.*[kM]B/ }).waitFor();
  await look('containers');
  const id = await idOf('shop-api-1');
  await open.visit(`/containers/${id}/logs`);
  await page.getByText('GET /items/60').waitFor();
  await look('container-logs');
  await open.visit(`/containers/${id}/files`);
  await page.getByRole('button', { name: 'srv', exact: true }).waitFor();
  await look('container-files');
  await open.visit(`/containers/${id}/inspect`);
  await page.getByText('DATABASE_PASSWORD').waitFor();
  await look('container-inspect');
  await open.visit(`/containers/${id}/terminal`);
  await expect.poll(() => terminalText(page), PATIENT).toContain('/ #');
  await page.keyboard.type('ls -l /srv; wget -qO - http://web\n');
  await expect.poll(() => terminalText(page), PATIENT).toContain('<h1>web</h1>');
  await look('container-terminal');
  await open.visit(`/containers/${id}/stats`);
  await page
    .getByRole('region', { name: 'Memory of shop-api-1' })
    .getByText(/[kM]B/)
    .first()
    .waitFor();
  await look('container-stats');
});

it('has images', async () => {
  const { page } = open;
  await open.visit('/images');
  await page.getByRole('row', { name: /shop\/db 17.*shop-db-1/ }).waitFor();
  await look('images');
  await page.getByRole('link', { name: 'shop/api', exact: true }).click();
  await page.getByText('LOG_LEVEL').waitFor();
  await look('image');
  await page.getByRole('tab', { name: 'Layers' }).click();
  await page.getByRole('cell', { name: /urandom/ }).waitFor();
  await look('image-layers');
  await open.visit('/images/run?image=shop%2Fweb%3A2.4');
  await page.getByRole('button', { name: 'Publish 80/tcp' }).click();
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name of variable 1').fill('API_URL');
  await page.getByLabel('Value of variable 1').fill('http://api');
  await look('run-form');
});

it('has volumes and networks', async () => {
  const { page } = open;
  await open.visit('/volumes');
  await page.getByRole('row', { name: /shop_records .*shop-db-1/ }).waitFor();
  await look('volumes');
  await open.visit('/volumes/shop_records');
  await page.getByRole('navigation', { name: 'Folder' }).waitFor();
  await look('volume');
  await open.visit('/networks');
  await page.getByRole('link', { name: 'shop_default' }).waitFor();
  await look('networks');
  await page.getByRole('link', { name: 'shop_default' }).click();
  await page.getByRole('row', { name: /shop-web-1/ }).waitFor();
  await look('network');
});

it('has a VM, settings, and a shell of the host', async () => {
  const { page } = open;
  await open.visit('/machine');
  await page.getByRole('table', { name: 'Disk use' }).waitFor();
  await page.getByRole('progressbar', { name: /^CPU: \d+ %/ }).waitFor();
  await look('machine');
  for (const section of ['general', 'terminal', 'machine', 'files', 'registries', 'network']) {
    await open.visit(`/settings/${section}`);
    await page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor();
    await look(`settings-${section}`);
  }
  await open.visit('/terminal');
  await page.getByLabel(/^Shell 1\. /).waitFor();
  await expect.poll(() => terminalText(page), PATIENT).toContain('$');
  await page.keyboard.type('berth images\n');
  await expect.poll(() => terminalText(page), PATIENT).toMatch(/shop\/web\s+2.4/);
  await look('terminal');
});

it('has a palette, and first steps', async () => {
  const { page, host } = open;
  await open.visit('/containers');
  await page.getByRole('row', { name: /web-1.*Running/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command' }).fill('shop');
  await page.getByText('Logs of shop-web-1').waitFor();
  await look('palette');
  await page.keyboard.press('Escape');
  await host.appSettings.update({ onboarded: false });
  await open.visit('/welcome');
  await page.getByRole('heading', { name: 'Run your first container' }).waitFor();
  await look('first-start');
});
