import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSession, type WindowsSession, windowsPath } from '../wine/session.ts';

const repository = join(import.meta.dirname, '../../..');

/** A folder with an installed app, whose `berth` only writes down its arguments. */
let session: WindowsSession;
let folder: string;
let app: string;
beforeAll(async () => {
  session = await startSession();
  folder = join(session.shared, 'installed');
  app = join(folder, 'Berth');
  await mkdir(folder);
  for (const [name, flags] of [
    ['setup.exe', []],
    ['make-uninstaller.exe', ['-DBUILD_UNINSTALLER']],
  ] as const) {
    await promisify(execFile)('makensis', [
      ...['-V2', ...flags, `-DOUT=${join(folder, name)}`],
      `-DTEMPLATES=${join(repository, 'node_modules/app-builder-lib/templates/nsis')}`,
      `-DINCLUDE=${join(repository, 'build/package/installer.nsh')}`,
      join(import.meta.dirname, 'stand-in.nsi'),
    ]);
  }
}, 300_000);
afterAll(() => session?.stop());

beforeEach(async () => {
  await rm(app, { recursive: true, force: true });
  await rm(join(folder, 'calls.txt'), { force: true });
  await mkdir(join(app, 'resources/bin'), { recursive: true });
  const berth = '@echo off\r\necho berth %*>>"%~dp0..\\..\\..\\calls.txt"\r\nexit /b 0\r\n';
  await writeFile(join(app, 'resources/bin/berth.cmd'), berth);
});

/** Starts a program of `folder` and waits for its end. */
async function run(name: string, ...args: string[]): Promise<void> {
  const script = `
    const { spawnSync } = require('node:child_process');
    const [program, ...args] = process.argv.slice(1);
    // NSIS reads the end of the command line as it is, without quotation marks.
    const { status, error } = spawnSync(program, args, { windowsVerbatimArguments: true });
    if (error) throw error;
    process.exitCode = status;`;
  const program = windowsPath(join(folder, name));
  const { exitCode, stderr } = await session.node(['-e', script, program, ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
}

async function uninstall(...args: string[]): Promise<void> {
  await run('make-uninstaller.exe', `/TO=${windowsPath(app)}`);
  // With this argument, the uninstaller doesn't continue as a copy of itself.
  await run('Berth/Uninstall Berth.exe', '/S', ...args, `_?=${windowsPath(app)}`);
}

async function calls(): Promise<string[]> {
  const text = await readFile(join(folder, 'calls.txt'), 'utf8');
  return text.trim().split(/\s*\r?\n/);
}

test('an installer stops the VMs before it ends programs', async () => {
  await run('setup.exe', `/TO=${windowsPath(app)}`);
  expect(await calls()).toEqual(['berth machine stop --all', 'ends the programs in its folder']);
}, 120_000);

test('the first installation doesn’t run berth', async () => {
  await rm(join(app, 'resources'), { recursive: true });
  await run('setup.exe', `/TO=${windowsPath(app)}`);
  expect(await calls()).toEqual(['ends the programs in its folder']);
}, 120_000);

test('an uninstaller stops the VMs, cleans up, and keeps the data if nobody can answer', async () => {
  await uninstall();
  expect(await calls()).toEqual([
    'berth machine stop --all',
    'ends the programs in its folder',
    'berth uninstall --force',
  ]);
  expect(existsSync(join(app, 'resources'))).toBe(false);
}, 120_000);

test('the uninstaller of an update leaves PATH, context and data alone', async () => {
  await uninstall('--updated');
  expect(await calls()).toEqual(['berth machine stop --all', 'ends the programs in its folder']);
}, 120_000);
