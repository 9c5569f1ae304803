import { expect, it } from 'vitest';
import { frameTimes } from '../bench/frame-times.ts';
import { openApp } from './open-app.ts';
import { runScript } from './run-script.ts';

const open = openApp();

it('scrolls and searches a log of 100,000 lines', async () => {
  const { page, host } = open;
  const id = await runScript(host, {
    name: 'flood',
    script: 'seq 100000 | sed "s/^/line /; s/000$/000 needle/"',
  });
  await page.addInitScript("localStorage.setItem('berth.logs.range', '\"all\"')");
  await open.visit(`/containers/${id}/logs`);
  await page.getByText('100,000 lines', { exact: true }).waitFor();
  const log = page.getByRole('region', { name: 'Logs of flood' });
  await log.getByText('line 100000 needle', { exact: true }).waitFor();

  const scrolling = await frameTimes(page, async () => {
    await log.hover();
    for (let step = 0; step < 20; step += 1) await page.mouse.wheel(0, -20_000);
    await log.press('Home');
    await log.getByText('line 1', { exact: true }).waitFor();
  });
  const searching = await frameTimes(page, async () => {
    await page.getByLabel('Search the log').fill('needle');
    await page.getByText('1 of 100 lines').waitFor();
    for (let step = 0; step < 10; step += 1) {
      await page.getByLabel('Search the log').press('Enter');
    }
    await log.getByText('line 11000 needle', { exact: true }).waitFor();
  });
  console.log('frames of 100,000 lines, in ms:', JSON.stringify({ scrolling, searching }));
  expect(open.complaints).toEqual([]);
});
