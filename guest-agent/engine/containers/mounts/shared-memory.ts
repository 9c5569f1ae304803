import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../../errors.ts';
import { mountFlags } from '../../../runtime/mounts/mount.ts';
import { type SharedMemory, shmOptions } from '../../../runtime/spec/mounts.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';

/** Where the guest mounts the /dev/shm of a container that shares it. */
const sharedPath = (engine: Engine, id: string) => join(engine.directories.bundle(id), 'shm');

/**
 * A container's /dev/shm according to its IPC mode. If others can join it, it is mounted in the
 * bundle.
 */
export async function sharedMemory(engine: Engine, record: ContainerRecord): Promise<SharedMemory> {
  const { IpcMode, ShmSize } = record.hostConfig;
  const other = /^container:(.+)$/.exec(IpcMode)?.[1];
  if (other !== undefined) {
    const donor = engine.containers.get(other).record;
    if (donor.hostConfig.IpcMode !== 'shareable') {
      throw new EngineError(
        'invalid',
        `container ${donor.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      );
    }
    return { source: sharedPath(engine, donor.id) };
  }
  switch (IpcMode) {
    case 'none':
      return undefined;
    case 'host':
      return { source: '/dev/shm' };
    case 'shareable': {
      const path = sharedPath(engine, record.id);
      await mkdir(path, { recursive: true });
      const { noSuid, noDev, noExec } = mountFlags;
      await engine.mounts.mount(
        'shm',
        path,
        'tmpfs',
        noSuid | noDev | noExec,
        shmOptions(ShmSize).join(','),
      );
      return { source: path };
    }
    default:
      return { size: ShmSize };
  }
}
