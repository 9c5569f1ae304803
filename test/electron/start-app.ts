import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { collectComplaints } from '../../electron/web/testing/browser.ts';
import { testBuild } from './app-build/build.ts';
import { electronProgram } from './electron-program.ts';

/** The app with a home of its own, and its window. */
export interface StartedApp {
  readonly app: ElectronApplication;
  /** Known even after the app has ended. */
  readonly program: ChildProcess;
  readonly page: Page;
  /** Errors and warnings of the page. */
  readonly complaints: string[];
  readonly environment: Readonly<Record<string, string>>;
}

const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

function environment(home: string): Record<string, string> {
  const display = inject('display');
  return {
    ...(process.env as Record<string, string>),
    ...(display && { DISPLAY: display }),
    BERTH_HOME: home,
    // Electron keeps the lock of its only instance in there.
    XDG_CONFIG_HOME: `${home}/config`,
  };
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** The packed app; by default, Electron with the app's build for tests. */
  readonly program?: string;
}

/** Starts the app and waits for its window. */
export async function startApp(home: string, options: StartOptions = {}): Promise<StartedApp> {
  const env = { ...environment(home), ...options.environment };
  const app = await electron.launch({
    executablePath: options.program ?? electronProgram() ?? '',
    args: [...asRoot, ...(options.program ? [] : [testBuild])],
    env,
    // By default, Playwright makes every page light.
    colorScheme: null,
    timeout: 60_000,
  });
  const program = app.process();
  const page = await app.firstWindow();
  const complaints = collectComplaints(page);
  page.setDefaultTimeout(60_000);
  return { app, program, page, complaints, environment: env };
}

/** Starts the app a second time, as the system does for a link. Returns the exit code. */
export async function startAgain(home: string, ...args: string[]): Promise<number | null> {
  const child = spawn(electronProgram() ?? '', [...asRoot, testBuild, ...args], {
    env: environment(home),
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(30_000) });
  return code;
}
