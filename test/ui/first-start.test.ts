import { expect, it } from 'vitest';
import { terminalText } from '../../electron/web/testing/browser.ts';
import { pageLink } from '../../electron/web/testing/page-link.ts';
import { openApp, PATIENT } from './open-app.ts';

const open = openApp();
const BOOT = { timeout: 150_000 };

it('leads from the first start to a container that runs', async () => {
  const { page, host } = open;
  await host.appSettings.update({ onboarded: false });
  await host.machine.stop();
  await open.visit('/');
  await page.getByRole('heading', { name: 'Welcome to Berth' }).waitFor();
  await page.getByRole('button', { name: 'Start VM' }).click();
  await page.getByRole('heading', { name: 'Starting the VM' }).waitFor();
  await page.getByRole('heading', { name: 'Run your first container' }).waitFor(BOOT);
  await page.getByRole('switch', { name: 'Docker context' }).waitFor();
  await page.getByRole('button', { name: 'Run busybox' }).click();
  await expect.poll(() => terminalText(page), PATIENT).toContain('/ #');
  await page.keyboard.type('echo hi\n');
  await expect.poll(() => terminalText(page), PATIENT).toMatch(/echo hi\s+hi\s/);
  await pageLink(page, 'Containers').click();
  await page.getByRole('row', { name: /busybox.*Running/ }).waitFor();
  expect((await host.appSettings.read()).onboarded).toBe(true);
  expect(open.complaints).toEqual([]);
});
