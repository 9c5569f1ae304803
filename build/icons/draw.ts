import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../../electron/web/testing/browser.ts';
import { icnsOf, icnsSizes, icoOf, icoSizes, type Picture } from './containers.ts';

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
  await write('icon.png', await draw(svg, 1024));
  await write('icon.icns', icnsOf(await pictures(icnsSizes)));
  await write('icon.ico', icoOf(await pictures(icoSizes)));
  await write('tray.png', await draw(svg, 32));
  await write('trayTemplate.png', await draw(template, 16));
  await write('trayTemplate@2x.png', await draw(template, 32));
} finally {
  await browser.close();
}

async function write(name: string, content: Buffer): Promise<void> {
  await writeFile(join(directory, name), content);
}

async function pictures(sizes: readonly number[]): Promise<Picture[]> {
  const drawn: Picture[] = [];
  for (const size of sizes) drawn.push({ size, png: await draw(svg, size) });
  return drawn;
}

async function draw(picture: string, size: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const source = `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
  await page.setContent(
    `<style>body{margin:0}img{display:block}</style><img src="${source}" width="${size}" height="${size}">`,
  );
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}
