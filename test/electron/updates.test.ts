import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electronProgram } from './electron-program.ts';
import { type StartedApp, startApp } from './start-app.ts';
import { newVersion, startUpdateFeed, type UpdateFeed } from './update-feed.ts';

const PATIENT = { timeout: 60_000 };

/** Updates of an AppImage in Electron itself, from a server on loopback, up to the new version's start. */
describe.skipIf(!electronProgram() || process.platform !== 'linux')('an update of the app', () => {
  let home: string;
  let feed: UpdateFeed;
  let started: StartedApp;
  let appImage: string;
  let ran: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-electron-'));
    appImage = join(home, 'Berth.AppImage');
    ran = join(home, 'ran');
    await writeFile(appImage, 'the old version');
    feed = await startUpdateFeed(ran);
    const resources = join(home, 'resources');
    await mkdir(resources);
    await writeFile(join(resources, 'app-update.yml'), `provider: generic\nurl: ${feed.url}\n`);
    await writeFile(
      join(home, 'app.json'),
      JSON.stringify({ onboarded: true, automaticUpdates: false }),
    );
    started = await startApp(home, {
      environment: {
        BERTH_TEST_RESOURCES: resources,
        APPIMAGE: appImage,
        XDG_CACHE_HOME: join(home, 'cache'),
      },
    });
  });

  afterAll(async () => {
    started?.program.kill('SIGKILL');
    await feed?.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  });

  /** Clicks the menu's entry, which opens the settings. */
  const check = () =>
    started.app.evaluate(({ Menu }) => {
      const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help');
      help?.submenu?.items.find(({ label }) => label === 'Check for Updates…')?.click();
    });

  it.each([
    ['silent', /the update server can't be reached \(ERR_EMPTY_RESPONSE\)/],
    ['unavailable', /couldn't check for updates: the update server answered with error 503/],
    ['missing', /the update server has no version for this system/],
    [
      'wrong digest',
      /couldn't download the update: .* has the wrong checksum, so Berth deleted it/,
    ],
  ] as const)('explains a server that is %s', async (behavior, words) => {
    feed.behavior = behavior;
    feed.allow(4);
    await check();
    await started.page.getByText(words).waitFor(PATIENT);
    expect(await started.page.getByText('secret').count()).toBe(0);
    expect(await readFile(appImage, 'utf8')).toBe('the old version');
  });

  it('shows the progress of a download, and says when the update is ready', async () => {
    const { app, page } = started;
    feed.behavior = 'works';
    feed.allow(2);
    await check();
    await page.getByText(/Downloading 9\.9\.9: [1-9]\d? %/).waitFor(PATIENT);
    feed.allow(4);
    await page.getByText(`${newVersion} is ready to install`).waitFor(PATIENT);
    expect(await page.getByText('The update stops the VM').count()).toBe(1);
    const notices = await app.evaluate(() =>
      Reflect.get(globalThis, 'berthObserved').notices.map(({ title }: { title: string }) => title),
    );
    expect(notices).toEqual([`Berth ${newVersion} is ready to install`]);
  });

  it('replaces the app, starts the new version, and keeps the previous one', async () => {
    const ended = once(started.program, 'exit');
    await started.page.getByRole('button', { name: 'Restart Berth to update' }).click();
    await ended;
    await expect
      .poll(() => existsSync(ran) && readFile(ran, 'utf8'), PATIENT)
      .toContain(newVersion);
    expect(await readFile(appImage, 'utf8')).toContain(newVersion);
    expect(await readFile(`${appImage}.previous`, 'utf8')).toBe('the old version');
  });
});
