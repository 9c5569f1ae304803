import { constants, openSync, writeSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'node:util';
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { listenAt } from '../../runtime/files/descriptor-calls.ts';
import { mount, mountFlags } from '../../runtime/mounts/mount.ts';
import { type ClientConfig, clientConfigSchema } from './client-config.ts';
import { places, runThread, type ThreadData } from './threads.ts';

/*
 * The FUSE client of the host's shared folders, as a process of its own: it outlives the engine, because programs
 * in containers lose their files when it ends.
 */

const READ_AHEAD_KIB = 1024;

/** Written at once: the pump's thread never has time for Node's streams. */
const log = (message: string, cause?: unknown) => {
  const text = format(message, ...(cause === undefined ? [] : [cause]));
  writeSync(2, `${new Date().toISOString()} ${text}\n`);
};

if (isMainThread) await start(clientConfigSchema.parse(JSON.parse(process.argv[2] ?? '')));
else runThread(workerData as ThreadData, log);

async function start({ mounts }: ClientConfig): Promise<void> {
  // Only root may connect to the sockets.
  process.umask(0o077);
  const state = new SharedArrayBuffer(places.count * Int32Array.BYTES_PER_ELEMENT);
  const [toNotify, toRepeat] = [new MessageChannel(), new MessageChannel()];
  run({ role: 'repeat', from: toRepeat.port2, state }, [toRepeat.port2]);
  const notify = { role: 'notify', from: toNotify.port2, to: toRepeat.port1 } as const;
  run(notify, [toNotify.port2, toRepeat.port1]);
  // The other threads must know which thread repeats changes.
  await Atomics.waitAsync(new Int32Array(state), places.thread, 0).value;
  const opened = [];
  for (const { mountPoint, socket } of mounts) {
    const fuse = openSync('/dev/fuse', constants.O_RDWR | constants.O_NONBLOCK);
    const options = `fd=${fuse},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other`;
    await mount('berth', mountPoint, 'fuse.berth', mountFlags.noDev, options);
    await readAhead(mountPoint);
    opened.push({ mountPoint, fuse, listener: listenAt(socket) });
  }
  const session = (await readFile('/proc/sys/kernel/random/uuid', 'utf8')).trim();
  const pump = { role: 'pump', mounts: opened, session, to: toNotify.port1, state } as const;
  run(pump, [toNotify.port1]).once('exit', () => process.exit(0));
}

function run(data: ThreadData, ports: readonly MessagePort[]): Worker {
  // Threads pass descriptors to one another, which Node would warn about.
  const options = { workerData: data, transferList: [...ports], trackUnmanagedFds: false };
  const thread = new Worker(new URL(import.meta.url), options);
  // Without one of its threads, the process would leave programs waiting.
  thread.once('error', (error) => {
    log(`the thread ${data.role}`, error);
    process.exit(1);
  });
  return thread;
}

/** More than the kernel's usual 128 KiB in one request. */
async function readAhead(mountPoint: string): Promise<void> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const fields = lines.map((line) => line.split(' ')).findLast(([, , , , at]) => at === mountPoint);
  if (!fields) return;
  const setting = `/sys/class/bdi/${fields[2]}/read_ahead_kb`;
  await writeFile(setting, String(READ_AHEAD_KIB)).catch((error) => {
    log('setting how far the kernel reads ahead', error);
  });
}
