import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A directory that depends only on its inputs. It is built once and kept. `make` fills a temporary
 * directory, which is renamed when it is complete, so an interrupted build doesn't leave an incomplete
 * stage. Older versions of the same stage are removed.
 */
export async function stage(
  cache: string,
  name: string,
  inputs: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cache, `${name}-${inputs.slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  await mkdir(cache, { recursive: true });
  for (const entry of await readdir(cache)) {
    if (entry.startsWith(`${name}-`)) {
      await rm(join(cache, entry), { recursive: true, force: true });
    }
  }
  const unfinished = `${directory}.unfinished`;
  await mkdir(unfinished);
  await make(unfinished);
  await rename(unfinished, directory);
  return directory;
}
