import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../../../host/base/testing/temporary-directory.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runningStatus } from '../../../host/machine/testing/running-status.ts';
import { appDataDirectory } from '../../../host/uninstall/remove-data.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
  // For the folder of the app's windows, which goes with the data.
  const user = await temporaryDirectory();
  vi.stubEnv('HOME', user);
  vi.stubEnv('USERPROFILE', user);
  vi.stubEnv('XDG_CONFIG_HOME', join(home(), 'config'));
  vi.stubEnv('APPDATA', join(home(), 'config'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await engine[Symbol.asyncDispose]();
});

const home = () => socketDirectory(engine.socketPath);
const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const contexts = () => existsSync(join(home(), 'docker/contexts/meta'));

test('asks first; a no changes nothing', async () => {
  await run('context install');
  const stop = vi.fn(async () => {});
  const machine = { stop, leave: stop };
  const { stdout, exitCode } = await run('uninstall', { stdin: 'n\n', machine });
  expect(stdout).toContain(`Your VMs and settings stay in ${home()}`);
  expect(exitCode).toBe(0);
  expect(stop).not.toHaveBeenCalled();
  expect(contexts()).toBe(true);
});

test('stops the VMs, removes the contexts, and keeps the data', async () => {
  await run('machine create work');
  await run('context install');
  await run('context install work');
  const leave = vi.fn(async () => {});
  const { stdout, exitCode } = await run('uninstall', { stdin: 'y\n', machine: { leave } });
  expect(exitCode).toBe(0);
  expect(leave).toHaveBeenCalledTimes(2);
  expect(stdout).toContain(`stay in ${home()}`);
  expect((await run('context rm work')).stdout).toBe(
    'docker context "berth-work" does not connect to VM "work"\n',
  );
  expect(existsSync(join(home(), 'machines/work'))).toBe(true);
});

test('stops a VM that sleeps, so that nothing wakes the VM', async () => {
  const leave = vi.fn(async () => {});
  const status = async () => ({ ...runningStatus, state: 'stopped' as const, asleep: true });
  expect((await run('uninstall -f', { machine: { leave, status } })).exitCode).toBe(0);
  expect(leave).toHaveBeenCalledOnce();
});

test('mentions programs that start at login only where it removes Berth from them', async () => {
  const { stdout } = await run('uninstall', { stdin: 'n\n' });
  expect(stdout.includes('start at login')).toBe(process.platform === 'win32');
});

test('--data refuses to delete in the user’s home directory, before it changes anything', async () => {
  vi.stubEnv('HOME', home());
  vi.stubEnv('USERPROFILE', home());
  await writeFile(join(home(), 'settings.json'), '{}');
  await run('context install');
  const kill = vi.fn(async () => {});
  const { exitCode, stderr } = await run('uninstall --data -f', { machine: { kill } });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('your home directory');
  expect(kill).not.toHaveBeenCalled();
  expect([contexts(), existsSync(join(home(), 'settings.json'))]).toEqual([true, true]);
});

test.skipIf(onWindows('a lock is a file there'))(
  '--data asks to quit the app first, which would write its files again',
  async () => {
    const app = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', 'berth-app']);
    onTestFinished(() => void app.kill());
    await once(app, 'spawn');
    const windows = appDataDirectory() ?? '';
    await mkdir(windows, { recursive: true });
    await symlink(`host-${app.pid}`, join(windows, 'SingletonLock'));
    await writeFile(join(home(), 'settings.json'), '{}');
    const { exitCode, stderr } = await run('uninstall --data -f');
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/app is open.*\n.*Quit Berth/);
    expect(existsSync(join(home(), 'settings.json'))).toBe(true);
    app.kill();
    await once(app, 'exit');
    expect((await run('uninstall --data -f')).exitCode).toBe(0);
  },
);

test('--data says what is lost, then deletes all VMs and settings', async () => {
  await run('machine create work');
  await writeFile(join(home(), 'settings.json'), '{}');
  await writeFile(join(home(), 'mine.txt'), '');
  const kill = vi.fn(async () => {});
  const { stdout } = await run('uninstall --data', { stdin: 'n\n', machine: { kill } });
  expect(stdout).toContain('containers, images and volumes');
  expect(stdout).toContain("can't be recovered");
  expect(existsSync(join(home(), 'settings.json'))).toBe(true);

  const done = await run('uninstall --data --force', { machine: { kill } });
  expect(done).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Berth's data was deleted."),
    stderr: expect.stringContaining('mine.txt'),
  });
  expect(kill).toHaveBeenCalledTimes(2);
  expect(existsSync(join(home(), 'settings.json'))).toBe(false);
  expect(existsSync(join(home(), 'machines'))).toBe(false);
  expect(existsSync(join(home(), 'mine.txt'))).toBe(true);
});

test('--data leaves folders that are not VMs, even among the VMs', async () => {
  await run('machine create work');
  await mkdir(join(home(), 'machines/lathe'));
  // The app creates this folder before the first start.
  await mkdir(join(home(), 'machines/default'));
  await writeFile(join(home(), 'machines/lathe/drawing.dxf'), '');
  const { exitCode, stderr } = await run('uninstall --data -f');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('stay: ');
  expect(existsSync(join(home(), 'machines/lathe/drawing.dxf'))).toBe(true);
  expect(await readdir(join(home(), 'machines'))).toEqual(['lathe']);
});

test('one step that fails doesn’t keep the others from running', async () => {
  await run('context install');
  const machine = { leave: () => Promise.reject(new Error('no answer')) };
  const { exitCode, stderr } = await run('uninstall -f', { machine });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('stopping the VMs failed');
  expect((await run('context rm')).stdout).toContain('does not connect');
});
