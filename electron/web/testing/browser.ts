import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');

/** The page, built as it ships, in a directory of its own. */
export async function buildPage(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-page-'));
  await promisify(execFile)(
    process.execPath,
    [VITE, 'build', '--config', join(ROOT, 'renderer/vite.config.ts'), '--outDir', directory],
    { env: { ...process.env, NODE_ENV: 'production' } },
  );
  return { directory, remove: () => rm(directory, { recursive: true }) };
}

/** Chromium with the system's configuration, without anything that would use the network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What the browser complained about: script errors, and what the page's policy refused. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

/** Keeps a picture in `dist/screenshots`, for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  // As it is once everything has come to rest.
  const path = join(ROOT, 'dist/screenshots', `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
}

/** What the terminal on the page shows, line by line. */
export async function terminalText(page: Page): Promise<string> {
  return (await page.locator('.xterm-rows > div').allTextContents()).join('\n');
}
