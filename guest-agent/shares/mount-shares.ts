import { mkdir } from 'node:fs/promises';
import { EngineError } from '../errors.ts';
import { mount, unmount } from '../runtime/mounts/mount.ts';
import { readMounts } from '../runtime/mounts/mount-info.ts';
import { run } from '../runtime/process/program.ts';
import type { Shares } from './shares.ts';

/** The maximum size of a message in QEMU's queue. */
const MESSAGE_BYTES = 507_904;

/**
 * Attributes and contents aren't cached, so that changes on the host are visible at the next read.
 * With `cache=mmap`, an open file would keep showing its old content. 0x4 only lets programs map
 * files into memory for writing, as databases do, which `cache=none` rejects (filesystems/9p.rst in
 * the kernel's documentation).
 */
const OPTIONS = `trans=virtio,version=9p2000.L,msize=${MESSAGE_BYTES},cache=0x4,directio`;

/**
 * Mounts the folders that QEMU shares. Idempotent: mounts outlive the agent. A failure is only
 * logged here, and containers that need the folder get an error.
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
 * Unmounts the folders, since QEMU doesn't save the state of its side. If a folder is in use,
 * rejects with EngineError 'conflict' and keeps all of them mounted.
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
