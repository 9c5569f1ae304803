import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { removeDeepTree } from '../store/remove-deep-tree.ts';

/** A directory for temporary files of a build. What a crash leaves is removed at the next start. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

export async function openScratch({
  directories: { builds },
  log,
}: Pick<Engine, 'directories' | 'log'>): Promise<Scratch> {
  const path = join(builds, `build-${randomUUID()}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return {
    path,
    [Symbol.asyncDispose]: () =>
      removeDeepTree(path).catch((error) => log(`removing ${path}`, error)),
  };
}
