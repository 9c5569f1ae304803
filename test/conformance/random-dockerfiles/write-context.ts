import { chmod, link, lutimes, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContextFile, RandomBuild } from './random-build.ts';

/**
 * The files of all contexts have this time, so that both engines get the same files. Only the
 * Dockerfile and `.dockerignore` are newer in each build: an engine that knows a file with the same
 * size and time doesn't ask for it again.
 */
const TIME = new Date('2020-01-02T03:04:05.000Z');

/** Creates the context of a build in the empty directory. */
export async function writeContext(
  directory: string,
  { instructions, files, ignored }: RandomBuild,
): Promise<void> {
  await Promise.all(
    files
      .filter(({ type }) => type === 'directory')
      .map(({ path }) => mkdir(join(directory, path), { recursive: true })),
  );
  for (const file of files) await writeOne(directory, file);
  const texts = new Map([['Dockerfile', `${instructions.join('\n')}\n`]]);
  if (ignored.length > 0) texts.set('.dockerignore', `${ignored.join('\n')}\n`);
  for (const [name, text] of texts) await writeFile(join(directory, name), text);
  // Directories come last, because their contents change their times.
  for (const path of [...files.map((file) => file.path), '.'].reverse()) {
    await lutimes(join(directory, path), TIME, TIME);
  }
}

async function writeOne(directory: string, file: ContextFile): Promise<void> {
  const path = join(directory, file.path);
  await mkdir(dirname(path), { recursive: true });
  switch (file.type) {
    case 'file':
      await writeFile(path, file.content);
      await chmod(path, file.mode);
      break;
    case 'directory':
      await chmod(path, file.mode);
      break;
    case 'symlink':
      await symlink(file.target, path);
      break;
    case 'hard link':
      await link(join(directory, file.target), path);
  }
}

/** Changes the build's file, with a new time. */
export async function changeFile(directory: string, { changed }: RandomBuild): Promise<void> {
  if (changed !== undefined) await writeFile(join(directory, changed), 'changed\n');
}
