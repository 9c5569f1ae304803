import { lstat, readdir } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';
import { run } from '../../runtime/process/program.ts';

/** In milliseconds. An image can have gigabytes of files for a new volume. */
const COPY_DEADLINE = 60 * 60_000;

/**
 * Docker's copy-up: an empty volume gets the image's files at its mount point, with owner and mode.
 */
export async function copyUp(source: string, target: string): Promise<void> {
  const stat = await lstat(source).catch(ifMissing(undefined));
  if (!stat?.isDirectory() || (await readdir(target)).length > 0) return;
  await run('cp', ['-a', `${source}/.`, target], { deadline: COPY_DEADLINE });
}
