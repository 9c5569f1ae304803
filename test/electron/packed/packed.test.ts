import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { terminalText } from '../../../electron/web/testing/browser.ts';
import { answerDialogs } from '../answer-dialogs.ts';
import { electronProgram } from '../electron-program.ts';
import { PATIENT, reachFirstTerminal } from '../first-terminal.ts';
import { type StartedApp, startApp } from '../start-app.ts';
import { newVersion, startUpdateFeed, type UpdateFeed } from '../update-feed.ts';
import { packedProgram, packedResources } from './packed-app.ts';

/** The app as electron-builder packs it, with everything that it carries: from the first start to an update. */
describe.skipIf(!electronProgram() || process.platform !== 'linux')('the packed app', () => {
  const updateSource = join(packedResources, 'app-update.yml');
  let home: string;
  let host: Host;
  let feed: UpdateFeed;
  let started: StartedApp;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-packed-'));
    host = createHost({ home });
    await host.settings.update({ cpus: 2, memoryMiB: 2048, diskGiB: 16 });
    await host.appSettings.update({ automaticUpdates: false });
    feed = await startUpdateFeed(join(home, 'ran'));
    feed.allow(4);
    // electron-builder writes this file only into installers.
    await writeFile(updateSource, `provider: generic\nurl: ${feed.url}\n`);
    const appImage = join(home, 'Berth.AppImage');
    await writeFile(appImage, 'the old version');
    started = await startApp(home, {
      program: packedProgram,
      environment: { APPIMAGE: appImage, XDG_CACHE_HOME: join(home, 'cache') },
    });
  });

  afterAll(async () => {
    started?.program.kill('SIGKILL');
    await feed?.stop();
    await rm(updateSource, { force: true });
    await host?.machine.stop().catch(() => host.machine.kill());
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  });

  it('leads from the first start to a terminal in a container, with its own VM', async () => {
    await reachFirstTerminal(started);
  }, 300_000);

  it('has a terminal of the host, where berth is the packed one', async () => {
    const { page } = started;
    await page.evaluate("location.hash = '/terminal'");
    await page.getByLabel(/^Shell 1\. /).waitFor();
    await expect.poll(() => terminalText(page), PATIENT).toMatch(/[$#] /);
    await page.keyboard.type('clear; command -v berth | tail -c 22; berth ps -q | wc -l\n');
    await expect.poll(() => terminalText(page), PATIENT).toMatch(/resources\/bin\/berth\s+1\s/);
  });

  it("can't be used as plain Node", async () => {
    const { stdout } = await promisify(execFile)(packedProgram, ['--no-sandbox', '-p', '6*7'], {
      env: {
        ...started.environment,
        ELECTRON_RUN_AS_NODE: '1',
      },
    });
    // A second start of the app: the first one gets its arguments.
    expect(stdout).not.toContain('42');
  });

  it('stops the VM before an update replaces the app', async () => {
    const { app, page } = started;
    await page.evaluate("location.hash = '/settings/general'");
    await page.getByRole('button', { name: 'Check now' }).click();
    const restart = page.getByRole('button', { name: 'Restart Berth to update' });
    await restart.waitFor();
    const cancelled = await answerDialogs(app, 'Cancel');
    await restart.click();
    await expect.poll(cancelled, PATIENT).toHaveLength(1);
    expect((await cancelled())[0]).toMatchObject({
      message: '1 container is running',
      buttons: ['Stop and Update', 'Cancel'],
    });
    expect((await host.machine.status()).state).toBe('running');

    await answerDialogs(app, 'Stop and Update');
    const ended = once(started.program, 'exit');
    await restart.click();
    await ended;
    expect((await host.machine.status()).state).toBe('stopped');
    const ran = join(home, 'ran');
    await expect
      .poll(() => existsSync(ran) && readFile(ran, 'utf8'), PATIENT)
      .toContain(newVersion);
  });
});
