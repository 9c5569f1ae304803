import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HostError } from '../../base/errors.ts';
import { logTo } from '../../base/log.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { watchHealth } from './health.ts';
import type { Qmp } from './qmp.ts';

const lines: string[] = [];
let endLogging: () => void;
beforeEach(() => {
  lines.length = 0;
  endLogging = logTo((line) => lines.push(line));
});
afterEach(() => endLogging());

/** A QEMU with this run state. */
async function prepare(status: () => Promise<unknown>) {
  const log = join(await temporaryDirectory(), 'hypervisor.log');
  await writeFile(log, '');
  const events: Qmp['events'] = new EventEmitter();
  const closed = Promise.withResolvers<undefined>();
  return { log, qmp: { events, execute: status, closed: closed.promise }, close: closed.resolve };
}

test('a fault that cannot be seen to is logged', async () => {
  const { qmp, log, close } = await prepare(async () => ({ status: 'internal-error' }));
  watchHealth(qmp, log, () => Promise.reject(new Error('QEMU cannot be killed')));
  await vi.waitFor(() => expect(lines.join('\n')).toContain('QEMU cannot be killed'));
  close(undefined);
});

test('a look that fails is logged, unless QEMU is gone', async () => {
  let error = new HostError('connection', "QEMU's monitor closed the connection");
  const { qmp, log, close } = await prepare(() => Promise.reject(error));
  watchHealth(qmp, log, async () => {});
  await new Promise(setImmediate);
  error = new HostError('timeout', "QEMU's monitor doesn't answer query-status");
  qmp.events.emit('stop');
  await vi.waitFor(() => expect(lines.join('\n')).toContain("doesn't answer query-status"));
  expect(lines.join('\n')).not.toContain('is gone');
  close(undefined);
});
