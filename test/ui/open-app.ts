import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { listContainers, removeContainer } from '../../electron/host/engine/containers.ts';
import { pruneNetworks } from '../../electron/host/engine/networks.ts';
import { pruneVolumes } from '../../electron/host/engine/system.ts';
import { createHost, type Host } from '../../electron/host/host.ts';
import { serveApp } from '../../electron/web/server.ts';
import { collectComplaints, launchBrowser } from '../../electron/web/testing/browser.ts';

/** An emulated VM takes its time. */
export const PATIENT = { timeout: 60_000 };

/** The app in a browser, with the VM of this test run. Each test gets a new window. */
export interface OpenApp {
  page: Page;
  host: Host;
  /** Errors and warnings of the browser. */
  complaints: string[];
  /** Looks at a place of the app: `/images`. */
  visit(place: string): Promise<void>;
}

/**
 * To be called once in a file of tests; its fields are there within each test. What the tests leave
 * in the machine, but for images, goes after the last one.
 */
export function openApp(): OpenApp {
  let browser: Browser;
  let app: Awaited<ReturnType<typeof serveApp>>;
  const open = {} as OpenApp;

  beforeAll(async () => {
    open.host = createHost({ home: inject('home') });
    await open.host.appSettings.update({ onboarded: true });
    app = await serveApp(open.host, { assets: inject('assets') });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await emptyMachine(open.host);
  });

  beforeEach(async () => {
    // The page's policy wouldn't allow the script of axe.
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      bypassCSP: true,
    });
    open.page = await context.newPage();
    open.page.setDefaultTimeout(PATIENT.timeout);
    open.complaints = collectComplaints(open.page);
    open.visit = async (place) => void (await open.page.goto(`${app.url}#${place}`));
  });

  afterEach(async () => {
    await open.page.context().close();
  });

  return open;
}

async function emptyMachine({ engine, composeFiles }: Host): Promise<void> {
  for (const file of await composeFiles.list()) await composeFiles.remove(file);
  for (const { Id } of await listContainers(engine, { all: true })) {
    await removeContainer(engine, Id, { force: true, volumes: true });
  }
  await pruneNetworks(engine);
  await pruneVolumes(engine, { all: ['true'] });
}
