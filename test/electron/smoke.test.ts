import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The app in Electron itself, for machines that make releases: `npm run build`, then
 * `npm run test:electron`. Everything else is tested through the browser mode.
 */
const root = join(import.meta.dirname, '../..');
const program = electronProgram();
if (!program) {
  console.warn('SKIPPED: there is no Electron binary here; the app was not run in Electron.');
}

/** The binary that npm installed; undefined if it was never downloaded. */
function electronProgram(): string | undefined {
  const directory = join(root, 'node_modules/electron');
  const name = join(directory, 'path.txt');
  if (!existsSync(name)) return undefined;
  const path = join(directory, 'dist', readFileSync(name, 'utf8'));
  return existsSync(path) ? path : undefined;
}

describe.skipIf(!program)('the app in Electron', () => {
  let home: string;
  let app: ElectronApplication;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-electron-'));
    app = await electron.launch({
      executablePath: program ?? '',
      args: [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      env: { ...process.env, BERTH_HOME: home } as Record<string, string>,
    });
  });

  afterAll(async () => {
    await app?.close();
    await rm(home, { recursive: true, force: true });
  });

  it('shows its page, which can call the host', async () => {
    const page = await app.firstWindow();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('link', { name: 'Containers' }).waitFor();
    await page.getByText(/VM (stopped|running)/).waitFor();
    expect(new URL(page.url()).origin).toBe('app://berth');
  });

  it('gives the page no access to Node', async () => {
    const page = await app.firstWindow();
    expect(await page.evaluate('typeof require + typeof process')).toBe('undefinedundefined');
    const remote = page.evaluate('fetch("https://example.org").then(() => "loaded")');
    await expect(remote).rejects.toThrow();
  });

  it('runs only once', async () => {
    const lock = await app.evaluate(({ app: main }) => main.hasSingleInstanceLock());
    expect(lock).toBe(true);
  });
});
