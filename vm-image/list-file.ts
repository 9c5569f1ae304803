import { readFile } from 'node:fs/promises';

/** The entries of a list with comments: one a line, `#` to the end of the line says why. */
export function parseList(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((entry) => entry !== '');
}

/** Reads a list file, see `parseList`. */
export async function readList(path: string | URL): Promise<string[]> {
  return parseList(await readFile(path, 'utf8'));
}
