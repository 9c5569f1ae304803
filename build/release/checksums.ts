import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../electron/host/base/atomic-file.ts';
import { sha256Of } from '../node-digests.ts';

/** In the format of `sha256sum`, so that `sha256sum --check SHA256SUMS` verifies the files. */
export const sumsName = 'SHA256SUMS';

/** Writes the digests of all files in a folder into its `SHA256SUMS`, and returns the text. */
export async function writeChecksums(directory: string): Promise<string> {
  const lines: string[] = [];
  for (const name of await filesIn(directory)) {
    lines.push(`${await sha256Of(join(directory, name))}  ${name}\n`);
  }
  if (lines.length === 0) throw new Error(`${directory} has no files to release`);
  await writeFileAtomic(join(directory, sumsName), lines.join(''));
  return lines.join('');
}

/**
 * What `SHA256SUMS` and a folder disagree on: changed files, missing files, and files that aren't
 * listed.
 */
export async function checksumProblems(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, sumsName), 'utf8');
  const listed = new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, digest, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
        if (!digest || !name) throw new Error(`${sumsName} has an invalid line: ${line}`);
        return [name, digest] as const;
      }),
  );
  const found = await filesIn(directory);
  const problems = found.filter((name) => !listed.has(name)).map((name) => `${name} isn't listed`);
  for (const [name, digest] of listed) {
    if (!found.includes(name)) problems.push(`${name} is missing`);
    else if ((await sha256Of(join(directory, name))) !== digest)
      problems.push(`${name} has changed`);
  }
  return problems;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== sumsName)
    .map(({ name }) => name)
    .sort();
}
