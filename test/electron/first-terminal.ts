import { expect } from 'vitest';
import { terminalText } from '../../electron/web/testing/browser.ts';
import type { StartedApp } from './start-app.ts';

export const PATIENT = { timeout: 60_000 };
/** An emulated VM on a busy host takes minutes. */
const BOOT = { timeout: 240_000 };

/** Goes from the app's first start to a terminal in a container, as a user does. */
export async function reachFirstTerminal({ page, complaints }: StartedApp): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome to Berth' }).waitFor();
  await page.getByRole('button', { name: 'Start VM' }).click();
  await page.getByRole('heading', { name: 'Run your first container' }).waitFor(BOOT);
  await page.getByRole('button', { name: 'Run busybox' }).click();
  await expect.poll(() => terminalText(page), PATIENT).toContain('/ #');
  await page.keyboard.type('echo hi\n');
  await expect.poll(() => terminalText(page), PATIENT).toMatch(/echo hi\s+hi\s/);
  expect(complaints).toEqual([]);
}
