import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { lstat, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import koffi from 'koffi';
import * as z from 'zod';
import { ifMissing } from '../errors.ts';
import { startTime } from './process/start-time.ts';

/*
 * A listening unix socket that outlives the agent. Containers mount the engine's socket as a file, so
 * a new socket under the same name would not reach them. A process that only sleeps holds the socket
 * meanwhile, and the next agent takes the socket from there. Clients that connect in between wait.
 */

const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
/** The descriptor of the socket in the process that keeps it. */
const KEPT = 3;
/** Longer than any VM runs. Not every `sleep` knows "infinity". */
const FOREVER = '2147483647';

/** How long a signal takes at most. */
const END_MS = 1000;

const keeperSchema = z.object({ pid: z.int().positive(), started: z.string(), inode: z.number() });

/**
 * Starts the process that keeps the socket at `path`. `record` is a file in which the next agent
 * finds the process.
 */
export async function keepListener(fd: number, path: string, record: string): Promise<void> {
  const keeper = spawn('sleep', [FOREVER], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    detached: true,
    cwd: '/',
  });
  await new Promise((resolve, reject) => keeper.once('spawn', resolve).once('error', reject));
  keeper.unref();
  const { pid = 0 } = keeper;
  const { ino: inode } = await stat(path);
  const about = { pid, started: await startTime(pid), inode };
  // The record is in memory, as all of /run: only a kill of the agent can come in between.
  await writeFile(`${record}.new`, JSON.stringify(about), { mode: 0o600 });
  await rename(`${record}.new`, record);
}

/**
 * The socket that an earlier agent left listening at `path`. Undefined if there is none, or if
 * another file is there now.
 */
export async function keptListener(record: string, path: string): Promise<number | undefined> {
  const keeper = await findKeeper(record);
  if (keeper === undefined) return undefined;
  const file = await lstat(path).catch(ifMissing(undefined));
  if (file?.ino !== keeper.inode) return undefined;
  const fd = descriptorOf(keeper.pid);
  return fd < 0 ? undefined : fd;
}

/** Ends the process that keeps the socket, so that clients no longer wait for an agent. */
export async function dropListener(record: string): Promise<void> {
  const keeper = await findKeeper(record);
  if (keeper !== undefined) process.kill(keeper.pid);
  const deadline = Date.now() + END_MS;
  while ((await findKeeper(record)) !== undefined && Date.now() < deadline) await sleep(10);
  await rm(record, { force: true });
}

async function findKeeper(record: string) {
  const text = await readFile(record, 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return undefined;
  const keeper = keeperSchema.parse(JSON.parse(text));
  return (await startTime(keeper.pid)) === keeper.started ? keeper : undefined;
}

/** A copy of the descriptor that the process keeps (pidfd_getfd(2)); negative if it has none. */
function descriptorOf(pid: number): number {
  const call = koffi.load('libc.so.6').func('int64_t syscall(int64_t, int64_t, int64_t, int64_t)');
  const process = Number(call(SYS_PIDFD_OPEN, pid, 0, 0));
  if (process < 0) return -1;
  try {
    return Number(call(SYS_PIDFD_GETFD, process, KEPT, 0));
  } finally {
    closeSync(process);
  }
}
