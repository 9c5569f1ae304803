import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { isOutdated, supervisorPid } from './program.ts';

const own = { version: '1.2.0', path: '/app/supervisor.mjs', stamp: '10-1' };

test.each([
  ['the same program', own, false],
  ['a version from before programs were recorded', undefined, true],
  ['a program that was replaced in its place', { ...own, stamp: '11-2' }, true],
  [
    'a newer program that was replaced by an older one',
    { ...own, version: '1.3.0', stamp: '9' },
    true,
  ],
  ['a newer program at this place, from the present file', { ...own, version: '1.3.0' }, false],
  ['an older program elsewhere', { version: '1.1.0', path: '/old/x.mjs', stamp: '8' }, true],
  ['a newer program elsewhere', { version: '1.3.0', path: '/new/x.mjs', stamp: '8' }, false],
  ['another build of this version', { version: '1.2.0', path: '/new/x.mjs', stamp: '8' }, false],
  ['a newer program that is gone', { version: '1.3.0', path: '/gone/x.mjs', stamp: '8' }, true],
])('%s', (_, running, outdated) => {
  expect(isOutdated(running, own, (path) => !String(path).startsWith('/gone'))).toBe(outdated);
});

test('a program whose file is missing, as during a build, replaces no other', () => {
  expect(isOutdated({ ...own, stamp: '9' }, { ...own, stamp: '' })).toBe(false);
});

test.skipIf(onWindows('wine’s PowerShell runs no script'))(
  'finds the background process in its log, and no other process',
  async () => {
    const directory = await temporaryDirectory();
    const supervisorLog = join(directory, 'supervisor.log');
    const entry = join(directory, 'supervisor.mjs');
    await writeFile(entry, 'setInterval(() => {}, 1000)');
    expect(await supervisorPid({ supervisorLog }, 'work')).toBeUndefined();
    const child = spawn(process.execPath, [entry, 'work'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await writeFile(
      supervisorLog,
      `2026-01-01T00:00:00.000Z info supervisor[1] a\n2026-01-01T00:00:00.000Z info supervisor[${child.pid}] b\n`,
    );
    expect(await supervisorPid({ supervisorLog }, 'work')).toBe(child.pid);
    expect(await supervisorPid({ supervisorLog }, 'other')).toBeUndefined();
  },
);
