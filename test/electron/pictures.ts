import { join } from 'node:path';
import type { Page } from 'playwright-core';

const directory = join(import.meta.dirname, '../../dist/screenshots/electron');

const places: Readonly<Record<string, string>> = {
  'first-start': '/welcome',
  containers: '/containers',
  images: '/images',
  'run-form': '/images/run?image=busybox',
  volumes: '/volumes',
  networks: '/networks',
  build: '/build',
  projects: '/projects',
  machine: '/machine',
  'settings-general': '/settings/general',
  'settings-machine': '/settings/machine',
  terminal: '/terminal',
};

const containerTabs = ['terminal', 'logs', 'stats', 'files', 'inspect'];

/**
 * Takes pictures of the main pages, and of a container's tabs, in both color schemes. Returns their
 * names.
 */
export async function takePictures(page: Page, container: string): Promise<readonly string[]> {
  const tabs = containerTabs.map((tab) => [`container-${tab}`, `${container}/${tab}`] as const);
  const all = [...Object.entries(places), ...tabs];
  for (const [name, place] of all) {
    await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
    await page.getByRole('main').waitFor();
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(directory, `${name}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  return all.map(([name]) => name);
}
