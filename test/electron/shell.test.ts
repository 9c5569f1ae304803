import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCrashDumps } from '../../electron/host/diagnostics/crash-dumps.ts';
import { answerDialogs } from './answer-dialogs.ts';
import { electronProgram } from './electron-program.ts';
import { type StartedApp, startAgain, startApp } from './start-app.ts';

const PATIENT = { timeout: 30_000 };

/** The window, menus and events of the app in Electron itself, while the VM is stopped. */
describe.skipIf(!electronProgram())('the app in Electron', () => {
  let home: string;
  let started: StartedApp;
  const dumps = () => findCrashDumps(join(home, 'crashes'));
  /** The number of dumps of the app's main process: Electron notes its type in the dump. */
  const mainDumps = async () => {
    const found = await dumps();
    const contents = await Promise.all(found.map(({ path }) => readFile(path, 'latin1')));
    return contents.filter((content) => /process_type[^a-z]+browser\0/.test(content)).length;
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-electron-'));
    started = await startApp(home);
  });

  afterAll(async () => {
    await started?.app.close();
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  });

  it('shows the first steps, and then its pages, which can call the host', async () => {
    const { page } = started;
    await page.getByRole('heading', { name: 'Welcome to Berth' }).waitFor();
    await page.getByRole('link', { name: 'Skip first steps' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByText('VM stopped').first().waitFor();
    expect(page.url()).toMatch(/^app:\/\/berth\/#/);
    expect(started.complaints).toEqual([]);
  });

  it('gives the page no access to Node or to the network', async () => {
    const { page } = started;
    expect(await page.evaluate('typeof require + typeof process')).toBe('undefinedundefined');
    const remote = page.evaluate('fetch("https://example.org").then(() => "loaded")');
    await expect(remote).rejects.toThrow();
    started.complaints.length = 0;
  });

  it('has menus that open its pages', async () => {
    const { app, page } = started;
    const menus = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.map(({ label, submenu }) => ({
        label,
        items: submenu?.items.map((item) => item.label).filter(Boolean),
      })),
    );
    expect(menus?.map(({ label }) => label)).toEqual(['File', 'Edit', 'View', 'Window', 'Help']);
    expect(menus?.[0]?.items).toEqual(['Run an Image…', 'Host Terminal', 'Settings…', 'Quit']);
    for (const [menu, item, place] of [
      ['File', 'Run an Image…', '/images/run'],
      ['File', 'Settings…', '/settings'],
      ['Help', 'Diagnostics', '/machine'],
    ] as const) {
      await app.evaluate(
        ({ Menu }, labels) => {
          const top = Menu.getApplicationMenu()?.items.find(({ label }) => label === labels[0]);
          top?.submenu?.items.find(({ label }) => label === labels[1])?.click();
        },
        [menu, item] as const,
      );
      await page.waitForURL((url) => url.hash.startsWith(`#${place}`));
      expect(new URL(page.url()).hash).toContain(place);
    }
  });

  it("follows the system's theme", async () => {
    const { app, page } = started;
    for (const theme of ['dark', 'light'] as const) {
      await app.evaluate(({ nativeTheme }, chosen) => {
        nativeTheme.themeSource = chosen;
      }, theme);
      const shown = () => page.locator('html').getAttribute('data-mantine-color-scheme');
      await expect.poll(shown, PATIENT).toBe(theme);
    }
  });

  it('offers the same in the tray', async () => {
    const labels = await started.app.evaluate(() =>
      Reflect.get(globalThis, 'berthObserved').trayMenu.items.map(
        ({ label }: { label: string }) => label,
      ),
    );
    expect(labels.filter(Boolean)).toEqual([
      ...['Open Berth', 'Run an Image…', 'The VM is stopped', 'Start VM', 'Quit Berth'],
    ]);
  });

  it('hands a second start over to the first, and follows a link only after a question', async () => {
    const { app, page } = started;
    const asked = await answerDialogs(app, 'Cancel');
    const before = page.url();
    expect(await startAgain(home, 'berth://run?image=busybox')).toBe(0);
    await expect.poll(asked).toHaveLength(1);
    expect((await asked())[0]?.message).toContain('busybox');
    expect(page.url()).toBe(before);
    await answerDialogs(app, 'Show Options');
    expect(await startAgain(home, 'berth://run?image=busybox')).toBe(0);
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain('/images/run');
    expect(app.windows()).toHaveLength(1);
  });

  it('says that the page crashed or hangs, and loads the page again', async () => {
    const { app } = started;
    await app.evaluate(({ BrowserWindow }) => {
      Object.assign(globalThis, { berthLoads: 0 });
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.on('did-finish-load', () => {
        Reflect.set(globalThis, 'berthLoads', Reflect.get(globalThis, 'berthLoads') + 1);
      });
    });
    const loads = () => app.evaluate(() => Reflect.get(globalThis, 'berthLoads'));
    const shown = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
      );
    const asked = await answerDialogs(app, 'Reload Window');
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    );
    await expect.poll(asked, PATIENT).toHaveLength(1);
    expect((await asked())[0]).toMatchObject({
      message: "Berth's window stopped working",
      detail: expect.stringContaining('containers keep running'),
      buttons: ['Reload Window', 'Close Window'],
    });
    // A page that is gone never answers.
    await expect.poll(loads, PATIENT).toBe(1);
    await expect.poll(shown, PATIENT).toContain('Containers');
    await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      // Never answers: this page hangs until its process ends.
      window?.webContents.executeJavaScript('for (;;);').catch(() => {});
      window?.emit('unresponsive');
    });
    await expect.poll(asked, PATIENT).toHaveLength(2);
    expect((await asked())[1]?.message).toBe("Berth's window isn't responding");
    await expect.poll(loads, PATIENT).toBe(2);
    await expect.poll(shown, PATIENT).toContain('Containers');
    expect(await asked()).toHaveLength(2);
    await expect.poll(async () => (await dumps()).length, PATIENT).toBeGreaterThan(0);
  });

  it('keeps its place between starts, and ends in order when the system shuts down', async () => {
    const { app } = started;
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 90, width: 1000, height: 700 }),
    );
    const closed = app.waitForEvent('close');
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('suspend');
      powerMonitor.emit('resume');
      powerMonitor.emit('shutdown', { preventDefault() {} });
    });
    await closed;
    started = await startApp(home);
    const bounds = await started.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    );
    expect(bounds).toMatchObject({ x: 120, y: 90, width: 1000, height: 700 });
  });

  it('keeps a dump when the app itself crashes, and starts again', async () => {
    expect(await mainDumps()).toBe(0);
    const ended = once(started.program, 'exit');
    // Never answers.
    started.app.evaluate(() => process.crash()).catch(() => {});
    await ended;
    // Pages may leave dumps too, because they lose their app.
    await expect.poll(mainDumps, PATIENT).toBe(1);
    started = await startApp(home);
    await started.page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });
});
