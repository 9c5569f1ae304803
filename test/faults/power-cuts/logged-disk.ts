import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Megabytes. Small, so that it is quickly copied. */
const SIZE = 512;
const DEADLINE = 20_000;

/** A data disk whose writes and flushes are logged in their order, as by the kernel's dm-log-writes. */
export class LoggedDisk implements AsyncDisposable {
  /** The disk before the first write. */
  readonly before: string;
  /** See write-log.ts. */
  readonly log: string;
  readonly #mountPoint: string;
  readonly #daemon: ChildProcess;

  private constructor(directory: string, mountPoint: string, daemon: ChildProcess) {
    this.before = join(directory, 'before.img');
    this.log = join(directory, 'log');
    this.#mountPoint = mountPoint;
    this.#daemon = daemon;
  }

  /** Formats a disk as the VM does, and mounts it. */
  static async mount(directory: string, mountPoint: string): Promise<LoggedDisk> {
    const [image, before] = [join(directory, 'disk.img'), join(directory, 'before.img')];
    const [log, exported] = [join(directory, 'log'), join(directory, 'exported.img')];
    for (const path of [directory, mountPoint]) await mkdir(path, { recursive: true });
    for (const path of [image, log, exported]) await writeFile(path, '');
    await truncate(image, SIZE << 20);
    await run('mke2fs', ['-q', '-t', 'ext4', '-m', '0', image]);
    await copyFile(image, before);
    // QEMU serves the disk as a file, logs what is written to it, and leaves flushes to the log.
    const node = (name: string, path: string) =>
      `driver=file,node-name=${name},filename=${path},cache.no-flush=on`;
    const daemon = spawn(
      'qemu-storage-daemon',
      [
        ...['--blockdev', `${node('disk', image)},discard=unmap`, '--blockdev', node('log', log)],
        ...['--blockdev', 'driver=blklogwrites,node-name=logged,file=disk,log=log'],
        ...['--export', `type=fuse,id=disk,node-name=logged,mountpoint=${exported},writable=on`],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const disk = new LoggedDisk(directory, mountPoint, daemon);
    try {
      await once(daemon, 'spawn');
      const deadline = Date.now() + DEADLINE;
      while ((await stat(exported)).size === 0) {
        if (daemon.exitCode !== null || Date.now() > deadline) {
          throw new Error("qemu-storage-daemon doesn't serve the disk. It needs FUSE");
        }
        await delay(50);
      }
      await mountImage(exported, mountPoint);
    } catch (error) {
      daemon.kill('SIGKILL');
      throw error;
    }
    return disk;
  }

  /** How much of the log there is. What was on the disk by now is before this place. */
  async position(): Promise<number> {
    return (await stat(this.log)).size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await unmount(this.#mountPoint);
    const ended = once(this.#daemon, 'exit');
    this.#daemon.kill('SIGTERM');
    await ended;
  }
}

/** With the VM's options, which let the kernel finish its journal. */
export async function mountImage(image: string, mountPoint: string): Promise<void> {
  await mkdir(mountPoint, { recursive: true });
  await run('mount', ['-t', 'ext4', '-o', 'loop,noatime,discard', image, mountPoint]);
}

export async function unmount(mountPoint: string): Promise<void> {
  // Processes in namespaces of the engine end shortly after their first one.
  for (const deadline = Date.now() + DEADLINE; ; await delay(50)) {
    try {
      await run('umount', [mountPoint]);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
