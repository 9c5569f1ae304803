import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartedApp } from './start-app.ts';

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

/** People look at the pictures: they should show what the pages have loaded by then. */
const SETTLED_MS = 2_000;

/**
 * Takes pictures of the main pages, and of a container's tabs, with the system's light and dark
 * theme. Electron takes them itself: finishing animations for a picture of Playwright's crashes
 * Chromium 114. Returns the sizes of the pictures in pixels.
 */
export async function takePictures(
  { app, page }: StartedApp,
  container: string,
): Promise<readonly { readonly width: number; readonly height: number }[]> {
  await mkdir(directory, { recursive: true });
  const tabs = containerTabs.map((tab) => [`container-${tab}`, `${container}/${tab}`] as const);
  const sizes = [];
  for (const [name, place] of [...Object.entries(places), ...tabs]) {
    await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
    await page.getByRole('main').waitFor();
    await page.locator('.mantine-Loader-root').first().waitFor({ state: 'hidden' });
    for (const theme of ['light', 'dark'] as const) {
      await app.evaluate(({ nativeTheme }, chosen) => {
        nativeTheme.themeSource = chosen;
      }, theme);
      await page.waitForTimeout(SETTLED_MS);
      const { png, size } = await app.evaluate(async ({ BrowserWindow }) => {
        const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
        if (!image) throw new Error('no window');
        return { png: image.toPNG().toString('base64'), size: image.getSize() };
      });
      await writeFile(join(directory, `${name}-${theme}.png`), Buffer.from(png, 'base64'));
      sizes.push(size);
    }
  }
  await app.evaluate(({ nativeTheme }) => {
    nativeTheme.themeSource = 'system';
  });
  return sizes;
}
