import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../../electron/web/testing/browser.ts';

/**
 * `node build/icons/draw.ts` draws the app's icons from the page's icon. The icons are in the
 * repository, so that a build doesn't need a browser.
 */

const directory = import.meta.dirname;
const svg = await readFile(join(directory, '../../renderer/public/icon.svg'), 'utf8');
/** Black on a transparent background: macOS draws it in the color of the menu bar. */
const template = svg
  .replace(/<rect width="32"[^>]*>/, '')
  .replaceAll('#fff', '#000')
  .replace('viewBox="0 0 32 32"', 'viewBox="5 5 22 22"');

const browser = await launchBrowser();
try {
  await draw('icon.png', svg, 1024);
  await draw('tray.png', svg, 32);
  await draw('trayTemplate.png', template, 16);
  await draw('trayTemplate@2x.png', template, 32);
} finally {
  await browser.close();
}

async function draw(name: string, picture: string, size: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const source = `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
  await page.setContent(
    `<style>body{margin:0}img{display:block}</style><img src="${source}" width="${size}" height="${size}">`,
  );
  await page.screenshot({ path: join(directory, name), omitBackground: true });
  await page.close();
}
