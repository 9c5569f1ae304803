import { lstat, readdir } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';
import { run } from '../../runtime/process/program.ts';

/** Milliseconds: an image may have gigabytes where a new volume goes. */
const COPY_DEADLINE = 60 * 60_000;

/**
 * Docker's copy-up: an empty volume takes over what the image has at the place where it is
 * mounted, with its owner and mode.
 */
export async function copyUp(source: string, target: string): Promise<void> {
  const stat = await lstat(source).catch(ifMissing(undefined));
  if (!stat?.isDirectory() || (await readdir(target)).length > 0) return;
  await run('cp', ['-a', `${source}/.`, target], { deadline: COPY_DEADLINE });
}
