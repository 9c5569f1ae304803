import { expect, it } from 'vitest';
import { freePort } from '../../electron/host/ports/free-port.ts';
import { openApp } from './open-app.ts';

const open = openApp();

/** The page shows what the container has: its variable, its volume and its limit. */
const COMMAND = `sh -c 'cd /site; echo "$GREETING within $(cat /sys/fs/cgroup/memory.max)" > index.html; exec httpd -f -p 80'`;

it('runs an image with a port, a volume, a variable and a limit, and opens its page', async () => {
  const { page } = open;
  const port = await freePort();
  await open.visit('/images/run?image=busybox');
  await page.getByLabel('Name', { exact: true }).fill('site');
  await page.getByLabel('Command', { exact: true }).fill(COMMAND);
  await page.getByLabel('Allocate a terminal (TTY)').uncheck();
  await page.getByRole('button', { name: 'Add port' }).click();
  await page.getByLabel('Host port, row 1').fill(`${port}`);
  await page.getByLabel('Container port, row 1').fill('80');
  await page.getByRole('button', { name: 'Add mount' }).click();
  await page.getByRole('combobox', { name: 'Volume or host folder, row 1' }).fill('site');
  await page.getByLabel('Path in the container, row 1').fill('/site');
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name of variable 1').fill('GREETING');
  await page.getByLabel('Value of variable 1').fill('Hello');
  await page.getByRole('button', { name: 'Limits' }).click();
  await page.getByLabel('Memory, MiB').fill('64');
  await page.getByRole('button', { name: 'Run', exact: true }).click();

  const popup = page.waitForEvent('popup');
  await page.getByRole('link', { name: `Open http://localhost:${port}` }).click();
  const site = await popup;
  await site.getByText(`Hello within ${64 * 1024 ** 2}`).waitFor();
  await open.visit('/volumes');
  await page.getByRole('row', { name: /site .*site/ }).waitFor();
  expect(open.complaints).toEqual([]);
});
