import { EngineError } from '../../errors.ts';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import { run } from '../../runtime/process/program.ts';
import type { Shares } from '../../shares/shares.ts';
import { boundDirectory, isDevice, type Volume } from './volume.ts';

/**
 * In milliseconds. mount retries a file server that doesn't answer for two minutes (nfs(5),
 * `retry`).
 */
const MOUNT_DEADLINE = 3 * 60_000;

/** Mounts the device in a volume's options, if there is one. Idempotent. */
export async function mountDevice(volume: Volume, target: string, shares: Shares): Promise<void> {
  if (!isDevice(volume)) return;
  const { type, o } = volume.options;
  if ((await readMounts()).some(({ mountPoint }) => mountPoint === target)) return;
  try {
    await using device = await openDevice(volume, shares);
    const options = [...(type ? ['-t', type] : []), ...(o ? ['-o', o] : [])];
    await run('mount', [...options, device.path, target], { deadline: MOUNT_DEADLINE });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      cause instanceof EngineError ? cause.code : 'internal',
      `error while mounting volume '${target}': failed to mount local volume: ${reason}`,
      { cause },
    );
  }
}

/** The path to mount until disposed of. That of a directory is the host's, as in a bind mount. */
async function openDevice(
  volume: Volume,
  shares: Shares,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const directory = boundDirectory(volume);
  const path = directory ?? volume.options.device ?? 'none';
  const place = directory === undefined ? undefined : await shares.find(directory);
  const root = place?.root;
  if (place === undefined || root === undefined) {
    return { path: place?.path ?? path, [Symbol.asyncDispose]: async () => {} };
  }
  const file = await shares.open({ ...place, root });
  return {
    // For a program that this process runs.
    path: `/proc/${process.pid}/fd/${file.fd}`,
    [Symbol.asyncDispose]: () => file.close(),
  };
}
