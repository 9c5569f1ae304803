import { expect, it } from 'vitest';
import { openApp } from './open-app.ts';
import { runScript } from './run-script.ts';

const open = openApp();

it('keeps what is typed into a file of a container that ends meanwhile', async () => {
  const { page, host } = open;
  const id = await runScript(host, {
    name: 'notes',
    script: 'echo bread > /list.txt; while [ ! -e /end ]; do sleep 1; done',
  });
  await open.visit(`/containers/${id}/files`);
  await page.getByRole('button', { name: 'list.txt', exact: true }).click();
  const editor = page.getByLabel('Text of list.txt');
  await editor.getByText('bread').waitFor();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('milk');
  await page.getByRole('tab', { name: 'Stats' }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.getByRole('tab', { name: /Files.*Unsaved changes/ }).click();
  await editor.getByText('milk').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(() => page.getByLabel('Unsaved changes').count(), { timeout: 60_000 }).toBe(0);
  await page.reload();
  await editor.getByText('milk').waitFor();
  expect(open.complaints).toEqual([]);
});

it('opens a long log at its end at once, and keeps the shortcuts after a click on a choice', async () => {
  const { page, host } = open;
  const id = await runScript(host, { name: 'long', script: 'seq 12000; exec sleep 1000' });
  await open.visit(`/containers/${id}/logs`);
  await page.getByText('10,000 lines', { exact: true }).waitFor();
  await page.getByText('Loading…').waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Logs of long' }).getByText('12000').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('2001');
  await page.getByText('1 of 1 lines').waitFor();

  await open.visit('/containers');
  await page.getByText('Running', { exact: true }).first().click();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Command' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('All', { exact: true }).click();
  await page.keyboard.press('Control+2');
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor();
  expect(open.complaints).toEqual([]);
});
