import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** All files in a folder with their sizes, in the order of their names, and the sum at the end. */
export async function listing(directory: string): Promise<string> {
  const lines: string[] = [];
  let sum = 0;
  const entries = await readdir(directory, { recursive: true });
  for (const name of entries.sort()) {
    const found = await lstat(join(directory, name));
    if (found.isDirectory()) continue;
    sum += found.size;
    lines.push(line(found.size, name));
  }
  return [...lines, line(sum, 'in all')].join('\n');
}

function line(bytes: number, name: string): string {
  return `${String(bytes).padStart(12)}  ${name}`;
}
