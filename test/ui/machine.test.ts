import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { engineInfo } from '../../electron/host/engine/system.ts';
import { pageLink } from '../../electron/web/testing/page-link.ts';
import { openApp } from './open-app.ts';
import { runScript } from './run-script.ts';

const open = openApp();
const BOOT = { timeout: 150_000 };

afterAll(async () => {
  // For the tests that come after these.
  await open.host.settings.update({ memoryMiB: 2048 });
});

it('gives the machine more memory with a restart, which brings containers back', async () => {
  const { page, host } = open;
  await runScript(host, { name: 'steady', script: 'exec sleep 100000', comesBack: true });
  const before = (await engineInfo(host.engine)).MemTotal;
  await open.visit('/machine');
  await page.getByRole('slider', { name: 'Memory' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('Restart the VM to apply: memory.').waitFor();
  await page.getByRole('button', { name: 'Restart VM' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restart the VM?' });
  await dialog.getByText('steady').waitFor();
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await page.getByText('The VM has restarted').waitFor(BOOT);
  await page.getByText('Restart the VM to apply: memory.').waitFor({ state: 'detached' });
  expect((await host.machine.status()).memoryMiB).toBe(2304);
  expect((await engineInfo(host.engine)).MemTotal - before).toBeGreaterThan(200 * 1024 ** 2);
  await pageLink(page, 'Containers').click();
  await page.getByRole('row', { name: /steady.*Running/ }).waitFor();
  expect(open.complaints).toEqual([]);
});

it('says that the VM was killed, and recovers after a start', async () => {
  const { page, host } = open;
  await open.visit('/containers');
  await page.getByRole('row', { name: /steady.*Running/ }).waitFor();
  process.kill(Number(await readFile(host.paths.hypervisorPid, 'utf8')), 'SIGKILL');
  await page.getByRole('heading', { name: 'The VM ended unexpectedly' }).waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Start VM' }).click();
  await page.getByRole('row', { name: /steady.*Running/ }).waitFor(BOOT);
  await pageLink(page, 'Images').click();
  await page.getByRole('row', { name: /busybox/ }).waitFor();
  expect(open.complaints).toEqual([]);
});
