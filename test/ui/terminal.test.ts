import { expect, it } from 'vitest';
import { terminalText } from '../../electron/web/testing/browser.ts';
import { openApp, PATIENT } from './open-app.ts';
import { runScript } from './run-script.ts';

const open = openApp();

it('types into a shell of a container, which follows the size of the window', async () => {
  const { page, host } = open;
  const id = await runScript(host, { name: 'shell', script: 'exec sh', terminal: true });
  await open.visit(`/containers/${id}/terminal`);
  await page.getByRole('button', { name: 'Open another shell' }).click();
  const shell = page.getByRole('region', { name: /^Shell.* of shell$/ });
  const text = () => terminalText(page);
  await shell.waitFor();
  await expect.poll(text, PATIENT).toContain('/ #');

  /** Rows and columns as the shell sees them. */
  const size = async (name: string) => {
    await page.keyboard.type(`echo ${name}=$(stty size | tr ' ' x).\n`);
    await expect.poll(text, PATIENT).toMatch(new RegExp(`^${name}=\\d+x\\d+\\.`, 'm'));
    const [, rows, columns] =
      new RegExp(`^${name}=(\\d+)x(\\d+)\\.`, 'm').exec(await text())?.map(Number) ?? [];
    return { rows: rows ?? 0, columns: columns ?? 0 };
  };
  const large = await size('large');
  expect(large.columns).toBeGreaterThan(80);
  await page.setViewportSize({ width: 900, height: 600 });
  await expect.poll(async () => (await size('small')).columns, PATIENT).toBeLessThan(large.columns);
  expect((await size('last')).rows).toBeLessThan(large.rows);
  expect(open.complaints).toEqual([]);
});
