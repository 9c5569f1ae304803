import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBarriers } from './accessibility.ts';
import { keepPicture } from './browser.ts';

/** Keeps a picture of the page in both themes, and expects that axe finds nothing wrong there. */
export async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await keepPicture(page, `${name}-${colorScheme}`);
    expect(await findBarriers(page), `${name}, ${colorScheme}`).toEqual([]);
  }
}
