import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import type { ScreenHost } from '../../host/screen/screen-host.ts';
import { standInHost } from '../../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../../host/screen/testing/stand-in-machine.ts';
import { serveApp } from '../server.ts';
import { collectComplaints, launchBrowser } from './browser.ts';

/** Any engine that a page can show. */
interface PageEngine {
  readonly socket: string;
  close(): Promise<void>;
}

/** The app in a browser over stand-ins, reloaded for each test. */
export interface OpenPage<Engine> {
  page: Page;
  engine: Engine;
  machine: StandInMachine;
  /** What serves it. */
  host: ScreenHost;
  /** What the browser complained about. */
  complaints: string[];
  /** Looks at a place of the app: `/images`. */
  visit(place: string): Promise<void>;
}

/**
 * To be called once in a file of tests; its fields are there within each test. `parts` are what the
 * host has besides.
 */
export function openPage<Engine extends PageEngine>(
  { start }: { start(): Promise<Engine> },
  parts: Partial<ScreenHost> = {},
): OpenPage<Engine> {
  let browser: Browser;
  let app: Awaited<ReturnType<typeof serveApp>>;
  const open = {} as OpenPage<Engine>;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    open.engine = await start();
    open.machine = new StandInMachine(open.engine.socket);
    open.host = { ...standInHost(open.engine, open.machine), ...parts };
    app = await serveApp(open.host, { assets: inject('assets') });
    // axe is a script that the page's policy would not let in.
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      bypassCSP: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    open.page = await context.newPage();
    open.page.setDefaultTimeout(30_000);
    open.complaints = collectComplaints(open.page);
    open.visit = async (place) => void (await open.page.goto(`${app.url}#${place}`));
  });

  afterEach(async () => {
    await open.page.context().close();
    await app.close();
    await open.engine.close();
  });

  return open;
}
