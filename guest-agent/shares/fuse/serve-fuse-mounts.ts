import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { guestPaths, shareSocket } from '../../contract/paths.ts';
import { ifMissing } from '../../errors.ts';
import { unmountIfMounted } from '../../runtime/mounts/mount.ts';
import { run } from '../../runtime/process/program.ts';
import { startTime } from '../../runtime/process/start-time.ts';
import type { Shares } from '../shares.ts';
import type { ClientConfig } from './client-config.ts';

type Log = (message: string, cause?: unknown) => void;

const recordSchema = z.object({ pid: z.int().positive(), started: z.string() });

/** How often to look for the client, and the pause before another one starts. */
const LOOK_MS = 2_000;

/**
 * Mounts the folders that come from Berth's own file server. One process is their client. It outlives the agent,
 * and the next agent finds it. If it ends, another one takes its place; containers see that at their next start.
 */
export async function serveFuseMounts(shares: Shares, log: Log): Promise<void> {
  const folders = shares.folders.filter(({ transport }) => transport === 'fuse');
  if (folders.length === 0) return;
  await run('modprobe', ['fuse']).catch((error) => log('loading the fuse module', error));
  const mounts = folders.map((folder) => ({
    mountPoint: shares.mountPoint(folder),
    socket: shareSocket(folder.tag),
  }));
  keepClient({ mounts }, log).catch((error) => log('starting the client of shared folders', error));
}

async function keepClient(config: ClientConfig, log: Log): Promise<never> {
  for (;;) {
    if (!(await isRunning())) {
      await startClient(config, log).catch((error) => log('mounting the shared folders', error));
    }
    await sleep(LOOK_MS, undefined, { ref: false });
  }
}

async function isRunning(): Promise<boolean> {
  const text = await readFile(guestPaths.shareClientRecord, 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return false;
  const { pid, started } = recordSchema.parse(JSON.parse(text));
  return (await startTime(pid)) === started;
}

async function startClient(config: ClientConfig, log: Log): Promise<void> {
  for (const { mountPoint, socket } of config.mounts) {
    await unmountIfMounted(mountPoint);
    await mkdir(mountPoint, { recursive: true, mode: 0o700 });
    await rm(socket, { force: true });
  }
  const client = spawn(process.execPath, [guestPaths.shareClient, JSON.stringify(config)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    cwd: '/',
  });
  await new Promise((resolve, reject) => client.once('spawn', resolve).once('error', reject));
  client.once('exit', (code) => log(`the client of shared folders exited with ${code}`));
  client.unref();
  const { pid = 0 } = client;
  const record = JSON.stringify({ pid, started: await startTime(pid) });
  // The record is in memory, as all of /run.
  await writeFile(`${guestPaths.shareClientRecord}.new`, record, { mode: 0o600 });
  await rename(`${guestPaths.shareClientRecord}.new`, guestPaths.shareClientRecord);
}
