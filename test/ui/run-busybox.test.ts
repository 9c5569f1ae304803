import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createHost } from '../../electron/host/host.ts';
import { serveApp } from '../../electron/web/server.ts';
import {
  buildPage,
  collectComplaints,
  keepPicture,
  launchBrowser,
  terminalText,
} from '../../electron/web/testing/browser.ts';

/** A machine in emulation takes its time. */
const PATIENT = { timeout: 60_000 };

let assets: Awaited<ReturnType<typeof buildPage>>;
let app: Awaited<ReturnType<typeof serveApp>>;
let browser: Browser;

beforeAll(async () => {
  assets = await buildPage();
  app = await serveApp(createHost({ home: inject('home') }), { assets: assets.directory });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await assets?.remove();
});

it('runs busybox with one click and talks to its shell', async () => {
  const page = await browser.newPage({ viewport: { width: 1180, height: 760 } });
  page.setDefaultTimeout(PATIENT.timeout);
  const complaints = collectComplaints(page);
  const screenText = () => terminalText(page);

  await page.goto(`${app.url}#/images`);
  await page.getByRole('button', { name: 'Run busybox' }).first().click();
  await expect.poll(screenText, PATIENT).toContain('#');
  await page.keyboard.type('echo hi\n');
  await expect.poll(screenText, PATIENT).toMatch(/echo hi\s+hi\s/);
  await keepPicture(page, 'run-busybox-terminal');

  await page.getByRole('link', { name: 'Containers' }).click();
  await page.getByRole('row', { name: /busybox.*Running/ }).waitFor();
  await keepPicture(page, 'run-busybox-containers');
  expect(complaints).toEqual([]);
});
