import { ScreenEngine } from '../../electron/host/screen/testing/screen-engine.ts';
import { standInHost } from '../../electron/host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../../electron/host/screen/testing/stand-in-machine.ts';
import { serveApp } from '../../electron/web/server.ts';
import { buildPage, launchBrowser } from '../../electron/web/testing/browser.ts';
import type { Figure } from './figure.ts';
import { type FrameTimes, frameTimes } from './frame-times.ts';

const LINES = 100_000;
/** The number of lines between two lines that the search finds. */
const RARE = 1000;

/** How a page with a log of 100,000 lines loads, scrolls and searches in Chromium. */
export async function benchLogs(): Promise<Figure[]> {
  const engine = await ScreenEngine.start();
  const host = standInHost(engine, new StandInMachine(engine.socket));
  const assets = await buildPage();
  const app = await serveApp(host, { assets: assets.directory });
  const browser = await launchBrowser();
  try {
    const id = await engine.runContainer({ image: 'alpine:3.22', name: 'flood' });
    const flood = engine.process(id);
    for (let line = 1; line <= LINES; line += 1) {
      const rare = line % RARE === 0 ? ' needle' : '';
      flood.write(
        line % 7 === 0 ? 'stderr' : 'stdout',
        `\u001b[32m${line}\u001b[0m GET /item${rare}\n`,
      );
    }
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript("localStorage.setItem('berth.logs.range', '\"all\"')");
    await page.goto(`${app.url}#/containers/${id}/inspect`);
    await page.getByRole('tab', { name: 'Logs' }).waitFor();
    const start = performance.now();
    await page.getByRole('tab', { name: 'Logs' }).click();
    const all = page.getByText(`${LINES.toLocaleString('en-US')} lines`, { exact: true });
    await all.waitFor({ timeout: 60_000 });
    const loaded = Math.round(performance.now() - start);

    const list = page.getByRole('region', { name: 'Logs of flood' });
    const scrolling = await frameTimes(page, async () => {
      await list.hover();
      for (let step = 0; step < 40; step += 1) {
        await page.mouse.wheel(0, step % 2 === 0 ? -20_000 : 3000);
      }
      await list.press('Home');
      await list.press('End');
    });
    const searching = await frameTimes(page, async () => {
      await page.getByLabel('Search the log').pressSequentially('needle');
      await page.getByText(`of ${LINES / RARE} lines`).waitFor();
      for (let step = 0; step < 20; step += 1) {
        await page.getByLabel('Search the log').press('Enter');
      }
    });
    const foot = (await page.getByText(/^[\d,]+ lines$/).textContent()) ?? '';
    const count = (await page.getByText(/^[\d,]+ of [\d,]+ lines$/).textContent()) ?? '';
    const found = Number(/of ([\d,]+)/.exec(count)?.[1]?.replaceAll(',', ''));
    const shown = Number(foot.replaceAll(/\D/g, ''));
    return [
      { name: 'lines in sight of 100,000', value: shown, unit: '' },
      { name: `lines found of ${LINES / RARE}`, value: found, unit: '' },
      { name: 'to the last line, from the click on the tab', value: loaded, unit: 'ms' },
      ...figuresOf('scrolling', scrolling),
      ...figuresOf('searching', searching),
    ];
  } finally {
    await browser.close();
    await app.close();
    await assets.remove();
    await engine.close();
  }
}

const figuresOf = (what: string, { median, longest }: FrameTimes): Figure[] => [
  { name: `${what}, median frame`, value: median, unit: 'ms' },
  { name: `${what}, longest frame`, value: longest, unit: 'ms' },
];
