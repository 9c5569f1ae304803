import { EngineError } from '../../errors.ts';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import { run } from '../../runtime/process/program.ts';
import { isDevice, type Volume } from './volume.ts';

/**
 * In milliseconds. mount retries a file server that doesn't answer for two minutes (nfs(5),
 * `retry`).
 */
const MOUNT_DEADLINE = 3 * 60_000;

/** Mounts the device in a volume's options, if there is one. Idempotent. */
export async function mountDevice(volume: Volume, target: string): Promise<void> {
  if (!isDevice(volume)) return;
  const { type, o, device } = volume.options;
  if ((await readMounts()).some(({ mountPoint }) => mountPoint === target)) return;
  const words = [...(type ? ['-t', type] : []), ...(o ? ['-o', o] : []), device ?? 'none', target];
  await run('mount', words, { deadline: MOUNT_DEADLINE }).catch((cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'internal',
      `error while mounting volume '${target}': failed to mount local volume: ${reason}`,
      { cause },
    );
  });
}
