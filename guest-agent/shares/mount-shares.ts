import { mkdir } from 'node:fs/promises';
import { EngineError } from '../errors.ts';
import { mount, unmount } from '../runtime/mounts/mount.ts';
import { readMounts } from '../runtime/mounts/mount-info.ts';
import { run } from '../runtime/process/program.ts';
import type { Shares } from './shares.ts';

/** The most that QEMU's queue takes in one message. */
const MESSAGE_BYTES = 507_904;

/**
 * Nothing is kept of attributes and contents, so that what the host changes is seen at the next look
 * and the next read: with `cache=mmap`, a file that somebody holds open goes on showing what it was.
 * 0x4 only lets programs map files into memory to write to them, as databases do, which `cache=none`
 * refuses (filesystems/9p.rst in the kernel's documentation).
 */
const OPTIONS = `trans=virtio,version=9p2000.L,msize=${MESSAGE_BYTES},cache=0x4,directio`;

/**
 * Mounts what QEMU shares. Idempotent: mounts outlive the agent. One that fails is for the log; its
 * users are told when they ask for it.
 */
export async function mountShares(
  shares: Shares,
  log: (message: string, cause: unknown) => void,
): Promise<void> {
  const folders = shares.folders.filter(({ transport }) => transport === '9p');
  if (folders.length === 0) return;
  const mounted = new Set((await readMounts()).map(({ mountPoint }) => mountPoint));
  await run('modprobe', ['-a', '9p', '9pnet_virtio']).catch((error) => log('9p modules', error));
  for (const folder of folders) {
    const target = shares.mountPoint(folder);
    if (mounted.has(target)) continue;
    await mkdir(target, { recursive: true, mode: 0o700 });
    await mount(folder.tag, target, '9p', 0, OPTIONS).catch((error) =>
      log(`mounting the shared folder ${folder.hostPath}`, error),
    );
  }
}

/**
 * Unmounts them, as QEMU does not save the state of its side. Rejects with EngineError 'conflict' when
 * one is in use, with all of them mounted.
 */
export async function unmountShares(
  shares: Shares,
  log: (message: string, cause: unknown) => void,
): Promise<void> {
  const mounted = new Set((await readMounts()).map(({ mountPoint }) => mountPoint));
  for (const folder of shares.folders.filter(({ transport }) => transport === '9p')) {
    const target = shares.mountPoint(folder);
    if (!mounted.has(target)) continue;
    try {
      await unmount(target);
    } catch (error) {
      await mountShares(shares, log);
      throw new EngineError('conflict', `the shared folder ${folder.hostPath} is in use`, {
        cause: error,
      });
    }
  }
}
