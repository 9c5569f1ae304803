import { EventEmitter } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { followConsole } from '../../machine/follow-console.ts';
import { watchHealth } from './health.ts';
import type { Qmp } from './qmp.ts';

/** As on Windows for a file that its writer keeps open: no change is reported. */
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: () => Object.assign(new EventEmitter(), { close() {} }),
}));

test('on Windows, the console is followed although QEMU keeps its file open', async () => {
  const path = join(await temporaryDirectory(), 'console.log');
  await writeFile(path, 'berth: init\n');
  const stop = new AbortController();
  const pieces = followConsole(path, stop.signal, 'win32');
  const next = async () => String((await pieces.next()).value);
  expect(await next()).toBe('berth: init\n');
  const added = next();
  await appendFile(path, 'berth: sshd\n');
  expect(await added).toBe('berth: sshd\n');
  stop.abort();
});

test('on Windows, a fault in QEMU’s log is found although QEMU keeps the log open', async () => {
  const path = join(await temporaryDirectory(), 'hypervisor.log');
  await writeFile(path, '');
  const events: Qmp['events'] = new EventEmitter();
  const closed = Promise.withResolvers<undefined>();
  onTestFinished(() => closed.resolve(undefined));
  const execute = vi.fn(async () => ({ status: 'running' }));
  const found = Promise.withResolvers<string>();
  const onFault = async (reason: string) => found.resolve(reason);
  watchHealth({ events, execute, closed: closed.promise }, path, onFault, 'win32');
  await sleep(600);
  // QEMU is asked again only when its log has grown.
  expect(execute).toHaveBeenCalledTimes(1);
  await appendFile(path, 'qemu-system-x86_64: WHPX: Unexpected VP exit code 4\n');
  expect(await found.promise).toContain('Unexpected VP exit code 4');
  expect(execute).toHaveBeenCalledTimes(2);
});
