import { readFile } from 'node:fs/promises';

/** The entries of a list: one per line, with a comment after `#`. */
export function parseList(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((entry) => entry !== '');
}

/** Reads a file for `parseList`. */
export async function readList(path: string | URL): Promise<string[]> {
  return parseList(await readFile(path, 'utf8'));
}
