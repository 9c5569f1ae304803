import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeFeeds } from './merge-feeds.ts';
import { isFeed, isReleased } from './release-files.ts';

/** A file of a release: a copy of another file, or new text. */
export interface ReleaseFile {
  readonly name: string;
  readonly content: string | { readonly path: string };
}

/**
 * The files of a release, from a folder that has one folder for each target. Feeds of the same name
 * become one. Rejects if two targets have another file of the same name.
 */
export async function collectRelease(directory: string): Promise<ReleaseFile[]> {
  const found = new Map<string, string[]>();
  const folders = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  // Feeds of x64 come first: apps that can't choose take the first file.
  folders.sort((a, b) => Number(b.endsWith('x64')) - Number(a.endsWith('x64')) || (a < b ? -1 : 1));
  for (const folder of folders) {
    for (const name of (await readdir(join(directory, folder))).filter(isReleased)) {
      found.set(name, [...(found.get(name) ?? []), join(directory, folder, name)]);
    }
  }
  return await Promise.all(
    [...found].map(async ([name, paths]) => {
      const [path = ''] = paths;
      if (paths.length === 1) return { name, content: { path } };
      if (!isFeed(name)) throw new Error(`Several targets have ${name}: ${paths.join(', ')}`);
      return {
        name,
        content: mergeFeeds(await Promise.all(paths.map((each) => readFile(each, 'utf8')))),
      };
    }),
  );
}
