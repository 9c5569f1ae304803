import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printed } from '../fixtures/outcome.ts';
import { checkout } from './wine/cache.ts';
import { startSession, type WindowsSession, windowsPath } from './wine/session.ts';

let session: WindowsSession;
beforeAll(async () => {
  session = await startSession();
}, 300_000);
afterAll(() => session?.stop());

/** Runs a script of Windows' Node that has `path`, the account's PATH, and `reg`. */
async function onWindows(script: string): Promise<string> {
  const module = windowsPath(join(checkout, 'electron/host/install/user-path.ts'));
  const program = `
    const { pathToFileURL } = await import('node:url');
    const { execFileSync } = await import('node:child_process');
    const { createUserPath } = await import(pathToFileURL(${JSON.stringify(module)}).href);
    const path = createUserPath();
    const reg = (...args) => execFileSync('reg.exe', args, { encoding: 'utf8' });
    ${script}`;
  return printed('node', await session.node(['--input-type=module', '-e', program]));
}

test('reg.exe keeps the other entries of PATH and their variables', async () => {
  const shown = await onWindows(`
    reg('add', 'HKCU\\\\Environment', '/v', 'Path', '/t', 'REG_EXPAND_SZ', '/f', '/d',
      '%USERPROFILE%\\\\Büro;C:\\\\two');
    await path.add('C:\\\\Berth & Co\\\\bin');
    console.log(await path.contains('c:\\\\berth & co\\\\bin\\\\'));
    console.log(reg('query', 'HKCU\\\\Environment', '/v', 'Path'));
    await path.remove('C:\\\\Berth & Co\\\\bin');
    console.log(await path.contains('C:\\\\Berth & Co\\\\bin'));
    console.log(reg('query', 'HKCU\\\\Environment', '/v', 'Path'));`);
  const lines = shown
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line);
  expect(lines[0]).toBe('true');
  expect(lines[2]).toMatch(
    /^Path\s+REG_EXPAND_SZ\s+%USERPROFILE%\\B.+ro;C:\\two;C:\\Berth & Co\\bin$/,
  );
  expect(lines[3]).toBe('false');
  expect(lines[5]).toMatch(/^Path\s+REG_EXPAND_SZ\s+%USERPROFILE%\\B.+ro;C:\\two$/);
}, 120_000);
