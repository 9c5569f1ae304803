import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ScreenEngine } from '../../electron/host/screen/testing/screen-engine.ts';
import { standInHost } from '../../electron/host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../../electron/host/screen/testing/stand-in-machine.ts';
import { serveApp } from '../../electron/web/server.ts';
import { buildPage, launchBrowser } from '../../electron/web/testing/browser.ts';
import { type Figure, median } from './figure.ts';

const ROUNDS = 7;

/** How much of a page the browser loads, and how soon a user can click in it. */
export async function benchScreen(): Promise<Figure[]> {
  const assets = await buildPage();
  try {
    return [...(await sizes(assets.directory)), ...(await firstInteraction(assets.directory))];
  } finally {
    await assets.remove();
  }
}

async function sizes(directory: string): Promise<Figure[]> {
  const page = await readFile(join(directory, 'index.html'), 'utf8');
  const assets = join(directory, 'assets');
  const names = (await readdir(assets)).filter((name) => /\.(js|css)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, data: await readFile(join(assets, name)) })),
  );
  const first = files.filter(({ name }) => page.includes(name));
  const kilobytes = (part: typeof files, size: (data: Buffer) => number) =>
    part.reduce((sum, { data }) => sum + size(data), 0) / 1000;
  return [
    { name: 'loaded at first', value: kilobytes(first, (data) => data.length), unit: 'kB' },
    {
      name: 'loaded at first, compressed',
      value: kilobytes(first, (data) => gzipSync(data).length),
      unit: 'kB',
    },
    { name: 'all pages', value: kilobytes(files, (data) => data.length), unit: 'kB' },
  ];
}

/**
 * Time from requesting the page to a usable list of 50 containers. The list is usable when a click
 * opens a menu. The browser hasn't seen the page before.
 */
async function firstInteraction(assets: string): Promise<Figure[]> {
  const engine = await ScreenEngine.start();
  const app = await serveApp(standInHost(engine, new StandInMachine(engine.socket)), { assets });
  const browser = await launchBrowser();
  try {
    for (let index = 0; index < 50; index += 1) {
      await engine.addContainer({ image: 'alpine:3.22', name: `job-${index}` });
    }
    const painted: number[] = [];
    const interactive: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      const begin = performance.now();
      await page.goto(app.url, { waitUntil: 'commit' });
      await page.getByRole('row', { name: /job-49/ }).waitFor();
      painted.push(performance.now() - begin);
      await page.getByRole('button', { name: 'More actions for job-49' }).click();
      await page.getByRole('menuitem', { name: 'Remove' }).waitFor();
      interactive.push(performance.now() - begin);
      await context.close();
    }
    return [
      { name: 'to a list of 50 containers, median', value: median(painted), unit: 'ms' },
      { name: 'to the first click answered, median', value: median(interactive), unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await app.close();
    await engine.close();
  }
}
