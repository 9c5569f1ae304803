import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listContainers } from '../../electron/host/engine/containers.ts';
import { createHost, type Host } from '../../electron/host/host.ts';
import { runScript } from '../ui/run-script.ts';
import { answerDialogs } from './answer-dialogs.ts';
import { electronProgram } from './electron-program.ts';
import { PATIENT, reachFirstTerminal } from './first-terminal.ts';
import { takePictures } from './pictures.ts';
import { type StartedApp, startApp } from './start-app.ts';

/** From the first start to a container, with a real VM, and what becomes of it when the app quits. */
describe.skipIf(!electronProgram())('the app in Electron, with a VM', () => {
  let home: string;
  let host: Host;
  let started: StartedApp;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-electron-'));
    host = createHost({ home });
    await host.settings.update({ cpus: 2, memoryMiB: 2048, diskGiB: 16 });
    started = await startApp(home);
  });

  afterAll(async () => {
    started?.program.kill('SIGKILL');
    await host.machine.stop().catch(() => host.machine.kill());
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  });

  it('leads from the first start to a terminal in a container', async () => {
    await reachFirstTerminal(started);
  }, 300_000);

  it('shows a system notification for a container that fails, and opens the container', async () => {
    const { app, page } = started;
    // As if the user worked in another window.
    await app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.prototype.isFocused = () => false;
    });
    await runScript(host, { name: 'nightly', script: 'exit 3' });
    const notices = () =>
      app.evaluate(() =>
        Reflect.get(globalThis, 'berthObserved').notices.map(
          ({ title, body }: { title: string; body: string }) => ({ title, body }),
        ),
      );
    await expect
      .poll(notices, PATIENT)
      .toEqual([
        { title: 'nightly exited with code 3', body: "Check the container's logs for the reason." },
      ]);
    await app.evaluate(() => Reflect.get(globalThis, 'berthObserved').notices[0].emit('click'));
    const failed = (await listContainers(host.engine, { all: true })).find(({ Names }) =>
      Names.includes('/nightly'),
    );
    await expect.poll(() => page.url(), PATIENT).toContain(`/containers/${failed?.Id}`);
  });

  it.runIf(process.env.BERTH_SCREENSHOTS === '1')('looks as it does in a browser', async () => {
    const [running] = await listContainers(host.engine);
    const sizes = await takePictures(started, `/containers/${running?.Id}`);
    expect(Math.min(...sizes.map(({ width }) => width))).toBeGreaterThanOrEqual(1280);
  });

  it('shows the running container in the tray', async () => {
    const labels = () =>
      started.app.evaluate(() =>
        Reflect.get(globalThis, 'berthObserved').trayMenu.items.map(
          ({ label }: { label: string }) => label,
        ),
      );
    await expect.poll(labels, PATIENT).toContain('The VM is running');
    const [running] = await listContainers(host.engine);
    await expect.poll(labels, PATIENT).toContain(running?.Names[0]?.slice(1));
  });

  it('asks about running containers when it quits', async () => {
    const { app, page } = started;
    const asked = await answerDialogs(app, 'Cancel');
    await app.evaluate(({ app: main }) => void setTimeout(() => main.quit(), 50));
    await expect.poll(asked, PATIENT).toHaveLength(1);
    expect((await asked())[0]).toMatchObject({
      message: '1 container is running',
      buttons: ['Keep Running', 'Stop and Quit', 'Cancel'],
    });
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();

    await answerDialogs(app, 'Keep Running');
    // Not the event 'close': helpers of Electron stay as long as the VM's background process.
    const left = once(app.process(), 'exit');
    await app.evaluate(({ app: main }) => void setTimeout(() => main.quit(), 50));
    await left;
    expect((await host.machine.status()).state).toBe('running');
  });

  it('keeps containers running when the page crashes and when the host sleeps', async () => {
    started = await startApp(home);
    const { app } = started;
    const [before] = await listContainers(host.engine);
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('suspend');
      powerMonitor.emit('resume');
    });
    await answerDialogs(app, 'Reload Window');
    await app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('did-finish-load', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
    const shown = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
      );
    const [after] = await listContainers(host.engine);
    expect(after).toMatchObject({ Id: before?.Id, State: 'running' });
    await expect.poll(shown, PATIENT).toContain(after?.Names[0]?.slice(1));
  });

  it('stops the VM when it quits, if the user wants that', async () => {
    await answerDialogs(started.app, 'Stop and Quit');
    const stopped = once(started.app.process(), 'exit');
    await started.app.evaluate(({ app: main }) => void setTimeout(() => main.quit(), 50));
    await stopped;
    expect((await host.machine.status()).state).toBe('stopped');
  });
});
