import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { StandInEngine } from '../host/screen/testing/stand-in-engine.ts';
import { standInHost } from '../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { serveApp } from './server.ts';
import { collectComplaints, keepPicture, launchBrowser, terminalText } from './testing/browser.ts';
import { pageLink } from './testing/page-link.ts';

let browser: Browser;
let engine: StandInEngine;
let machine: StandInMachine;
let app: Awaited<ReturnType<typeof serveApp>>;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  engine = await StandInEngine.start();
  machine = new StandInMachine(engine.socket);
  app = await serveApp(standInHost(engine, machine), { assets: inject('assets') });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(30_000);
  complaints = collectComplaints(page);
});

afterEach(async () => {
  await page.close();
  await app.close();
  await engine.close();
});

const screenText = () => terminalText(page);

async function runBusybox(): Promise<void> {
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Run busybox' }).click();
  await expect.poll(screenText).toContain('/ #');
}

it('runs an image with one click and shows its terminal', async () => {
  await runBusybox();
  await page.keyboard.type('echo hi\n');
  await expect.poll(screenText).toMatch(/echo hi\s+hi\s+\/ #/);
  expect(new URL(page.url()).search).toBe('');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page
    .getByRole('region', { name: /^Logs of/ })
    .getByText('hi', { exact: true })
    .waitFor();
  await pageLink(page, 'Containers').click();
  await page.getByRole('row', { name: /busybox:latest.*Running/ }).waitFor();
  expect(complaints).toEqual([]);
});

it('fits the terminal to the window', async () => {
  await runBusybox();
  await page.keyboard.type('size\n');
  await expect.poll(screenText).toMatch(/\d+x\d+/);
  const [, wide] = /(\d+)x\d+/.exec(await screenText()) ?? [];
  await page.setViewportSize({ width: 900, height: 600 });
  await expect
    .poll(async () => {
      await page.keyboard.type('size\n');
      const sizes = [...(await screenText()).matchAll(/(\d+)x\d+/g)];
      return Number(sizes.at(-1)?.[1]);
    })
    .toBeLessThan(Number(wide) - 20);
});

it('has room for the terminal in a window that is narrow', async () => {
  await page.setViewportSize({ width: 480, height: 640 });
  await runBusybox();
  const terminal = await page.locator('.xterm').boundingBox();
  expect(terminal?.width).toBeGreaterThan(380);
  expect((terminal?.x ?? 0) + (terminal?.width ?? 0)).toBeLessThanOrEqual(480);
  await keepPicture(page, 'terminal-narrow');
  await pageLink(page, 'Containers').click();
  await page.getByRole('row', { name: /Running/ }).waitFor();
  await keepPicture(page, 'containers-narrow');
});

it('draws a flood and still listens', async () => {
  await runBusybox();
  await page.keyboard.type('flood 5000000\n');
  await page.keyboard.type('echo still here\n');
  await expect.poll(screenText, { timeout: 20_000 }).toMatch(/still here\s+\/ #/);
});

it('leaves the terminal with F6, for those who use the keyboard', async () => {
  await runBusybox();
  const focused = () => page.evaluate('document.activeElement.tagName');
  expect(await focused()).toBe('TEXTAREA');
  await page.keyboard.press('F6');
  expect(await focused()).not.toBe('TEXTAREA');
});

it('shows what the process wrote and how it ended', async () => {
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Run hello-world' }).click();
  await page.getByText('Ended with code 0').waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
});

it('follows changes that others make', async () => {
  await page.goto(app.url);
  await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
  const id = engine.addContainer({ image: 'alpine:3.22', name: 'elsewhere' });
  engine.startContainer(id);
  await page.getByRole('row', { name: /elsewhere.*Running/ }).waitFor();
  await page.getByRole('button', { name: 'Stop elsewhere' }).click();
  await page.getByRole('row', { name: /elsewhere.*Exited code 137/ }).waitFor();
  await page.getByRole('button', { name: 'More actions for elsewhere' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
  expect(complaints).toEqual([]);
});

it('pulls an image, and says why it cannot pull another', async () => {
  await page.goto(`${app.url}#/images`);
  await page.getByLabel('Image to pull').fill('alpine:3.22');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /alpine 3\.22 8\.31 MB/ }).waitFor();
  await page.getByLabel('Image to pull').fill('no/such');
  await page.getByRole('button', { name: 'Pull', exact: true }).click();
  await page.getByRole('alert').getByText('Manifest for no/such:latest not found').waitFor();
});

it('shows the VM’s state, and starts it', async () => {
  machine.set({ state: 'stopped' });
  await page.goto(app.url);
  await page.getByRole('heading', { name: 'The Berth VM is stopped' }).waitFor();
  machine.set({ state: 'starting', step: 'ssh' });
  const step = page.getByRole('listitem').filter({ hasText: 'Connecting over SSH' });
  await expect.poll(() => step.getAttribute('aria-current')).toBe('step');
  const failure = { message: 'No SSH connection', hint: 'see above', console: ['init: no disk'] };
  machine.set({ state: 'failed', failure });
  await page.getByText('init: no disk').waitFor();
  machine.set({ state: 'stopped' });
  await page.getByRole('main').getByRole('button', { name: 'Start VM' }).click();
  await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
});

it('says that the connection is lost when the host has gone', async () => {
  await page.goto(app.url);
  await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
  await app.close();
  await page.getByRole('heading', { name: 'Connection lost' }).waitFor();
});

it.each(['light', 'dark'] as const)(
  'names every button and field in %s colours',
  async (colors) => {
    await page.emulateMedia({ colorScheme: colors });
    const id = engine.addContainer({ image: 'alpine:3.22', name: 'job' });
    engine.startContainer(id);
    await page.goto(app.url);
    await page.getByRole('row', { name: /job.*Running/ }).waitFor();
    await keepPicture(page, `containers-${colors}`);
    await pageLink(page, 'Images').click();
    await page.getByRole('heading', { name: 'No images yet' }).waitFor();
    await keepPicture(page, `images-${colors}`);
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree).toContain('button "Run busybox"');
    expect(tree).toContain('textbox "Image to pull"');
    expect(tree).not.toMatch(/- (button|textbox|link)\s*(:|$)/m);
  },
);
