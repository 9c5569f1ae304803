import { expect, it } from 'vitest';
import { createVolume, listVolumes } from '../../electron/host/engine/volumes.ts';
import { openApp, PATIENT } from './open-app.ts';
import { runScript } from './run-script.ts';

const open = openApp();

it('looks into a volume, and removes those that nobody uses after saying which', async () => {
  const { page, host } = open;
  const script = 'mkdir /data/notes; echo buy bread > /data/notes/today.txt; exec sleep 1000';
  await runScript(host, { name: 'keeper', script, binds: ['used:/data'] });
  await createVolume(host.engine, { name: 'forgotten' });
  await open.visit('/volumes');
  await page.getByRole('row', { name: /used .*keeper/ }).waitFor();
  await page.getByRole('link', { name: 'used', exact: true }).click();
  await page.getByRole('button', { name: 'notes', exact: true }).click();
  await page.getByRole('button', { name: 'today.txt', exact: true }).click();
  await page.getByLabel('Text of today.txt').getByText('buy bread').waitFor();

  await open.visit('/volumes');
  await page.getByRole('button', { name: 'Remove unused…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove unused volumes' });
  await dialog.getByLabel('forgotten').waitFor();
  expect(await dialog.getByLabel('used').count()).toBe(0);
  await dialog.getByRole('button', { name: 'Remove 1' }).click();
  await page.getByRole('link', { name: 'forgotten' }).waitFor({ state: 'detached' });
  const names = async () => (await listVolumes(host.engine)).map(({ Name }) => Name);
  await expect.poll(names, PATIENT).toEqual(['used']);
  expect(open.complaints).toEqual([]);
});
