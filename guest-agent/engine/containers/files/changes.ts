import { constants } from 'node:fs';
import { mkdir, open, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadFileCalls } from '../../../runtime/files/file-calls.ts';
import { type Change, compareUpper } from '../../archive/changes.ts';
import type { Engine } from '../../engine.ts';
import { lowerDirectories } from '../mounts/root-file-system.ts';
import type { LiveContainer } from '../record/live-container.ts';

/** The differences between a container's files and its image (`docker diff`). */
export async function containerChanges(
  engine: Engine,
  { id, lock }: LiveContainer,
): Promise<Change[]> {
  await loadFileCalls();
  return lock.run(async () => {
    // The container may have been removed during the wait.
    const { record } = engine.containers.get(id);
    const directory = constants.O_RDONLY | constants.O_DIRECTORY;
    await using upper = await open(join(engine.directories.container(id), 'upper'), directory);
    await using lower = await openLower(engine, record, directory);
    const changes: Change[] = [];
    for await (const change of compareUpper(upper.fd, lower.fd)) changes.push(change);
    return changes;
  });
}

/** The image's files: its layers, mounted until this is disposed of. */
async function openLower(engine: Engine, record: LiveContainer['record'], flags: number) {
  const [only = '', ...more] = await lowerDirectories(engine, record);
  if (more.length === 0) return open(only, flags);
  const target = join(engine.directories.run, 'd', record.id);
  await mkdir(target, { recursive: true, mode: 0o700 });
  await engine.mounts.mount(
    'overlay',
    target,
    'overlay',
    0,
    `lowerdir=${[only, ...more].join(':')}`,
  );
  try {
    return await open(target, flags);
  } finally {
    await engine.mounts.unmount(target, { lazy: true });
    await rmdir(target);
  }
}
