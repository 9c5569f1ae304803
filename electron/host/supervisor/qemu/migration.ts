import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { deadStates } from './health.ts';
import type { Qmp } from './qmp.ts';

const log = loggerOf('qemu');

/**
 * Saves and loads a VM's memory and device state with QEMU's migration: a stream through a Unix
 * socket in the VM's directory. QEMU's sandbox prevents starting a program that writes a file, and
 * older versions can't write files themselves.
 */

type Files = Pick<MachinePaths, 'savedMemory' | 'savingSocket'>;

const statusSchema = z.object({
  status: z.string().optional(),
  'error-desc': z.string().optional(),
});
const runStateSchema = z.object({ status: z.string(), running: z.boolean() });

const pollMs = 50;
const chunkBytes = 1024 * 1024;
/**
 * Bytes per second: QEMU limits the rate by default to spare a network, which isn't involved here.
 */
const unboundedBandwidth = 2 ** 40;

/** Whether the VM's processors are paused and can continue. */
export async function isHeld(qmp: Qmp): Promise<boolean> {
  const { running, status } = runStateSchema.parse(await qmp.execute('query-status'));
  return !running && !deadStates.includes(status);
}

/** Saves a paused VM; rejects with QEMU's words. */
export async function saveGuest(qmp: Qmp, files: Files): Promise<void> {
  const server = createServer();
  await rm(files.savingSocket, { force: true });
  server.listen(files.savingSocket);
  await once(server, 'listening');
  const over = new AbortController();
  const received = receive(server, files.savedMemory, over.signal);
  awaitedElsewhere(received);
  try {
    await qmp.execute('migrate-set-parameters', { 'max-bandwidth': unboundedBandwidth });
    await qmp.execute('migrate', { uri: `unix:${files.savingSocket}` });
    await Promise.all([received, untilMigrated(qmp)]);
  } catch (error) {
    // A migration in progress must not continue after the caller got its error.
    await log.attempt('Cancelling the migration', qmp.execute('migrate_cancel'));
    await log.attempt('Waiting for the migration to end', untilMigrated(qmp));
    throw error;
  } finally {
    over.abort();
    server.close();
    await Promise.allSettled([received]);
  }
}

/** Loads into a waiting QEMU (`-incoming defer`); the VM stays paused. */
export async function loadGuest(qmp: Qmp, files: Files): Promise<void> {
  await rm(files.savingSocket, { force: true });
  await qmp.execute('migrate-incoming', { uri: `unix:${files.savingSocket}` });
  const socket = connect({ path: files.savingSocket });
  const memory = createReadStream(files.savedMemory, { highWaterMark: chunkBytes });
  // QEMU disconnects when it has loaded everything, which may be before the end of the stream. QEMU
  // itself reports data that can't be sent.
  void log.attempt('Loading the memory', pipeline(memory, socket));
  try {
    await untilMigrated(qmp);
  } finally {
    socket.destroy();
    await rm(files.savingSocket, { force: true });
  }
}

/** Writes the first connection's data to disk; synced when the promise resolves. */
async function receive(
  server: ReturnType<typeof createServer>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const [socket] = await once(server, 'connection', { signal });
  await rm(path, { force: true });
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(socket, file, { signal });
}

async function untilMigrated(qmp: Qmp): Promise<void> {
  for (;;) {
    const reply = statusSchema.parse(await qmp.execute('query-migrate'));
    if (reply.status === 'completed') return;
    if (reply.status === 'failed' || reply.status === 'cancelled') {
      throw new HostError('machine-failed', reply['error-desc'] ?? `the transfer ${reply.status}`);
    }
    await sleep(pollMs);
  }
}
