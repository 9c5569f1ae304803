import { EngineError } from '../errors.ts';
import { run } from '../runtime/process/program.ts';
import { mountShares, unmountShares } from '../shares/mount-shares.ts';
import { sharedPlaces } from './containers/mounts/shared-places.ts';
import { hasProcess } from './containers/record/container.ts';
import type { Engine } from './engine.ts';

/** In milliseconds. A slow disk takes a while to save everything in memory. */
const SYNC_DEADLINE = 5 * 60_000;

/**
 * Prepares the VM to be suspended: unmounts shared folders, whose state is on the host, and flushes
 * the disks in case the VM is never resumed. Rejects with EngineError 'conflict', and changes
 * nothing, while a container uses a shared folder that doesn't wait for the host.
 */
export async function prepareSleep(engine: Engine): Promise<void> {
  const users = await usersOfShares(engine);
  if (users.length > 0) {
    throw new EngineError(
      'conflict',
      `Can't suspend while shared folders are in use. Stop these containers first: ${users.join(', ')}`,
    );
  }
  await engine.openFolders.release();
  await unmountShares(engine.shares, engine.log);
  await run('sync', [], { deadline: SYNC_DEADLINE });
}

/** Mounts again everything that `prepareSleep` unmounted. Idempotent. */
export async function wake({ shares, log }: Engine): Promise<void> {
  await mountShares(shares, log);
}

/** The names of containers with mounts from shared folders that the host can't serve after a break. */
async function usersOfShares(engine: Engine): Promise<string[]> {
  const running = engine.containers.all().filter(({ record }) => hasProcess(record));
  const names = await Promise.all(
    running.map(async ({ record }) =>
      (await sharedPlaces(engine, record)).some((place) => !engine.shares.isFromOwnServer(place))
        ? [record.name]
        : [],
    ),
  );
  return names.flat();
}
