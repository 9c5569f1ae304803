import { readFile } from 'node:fs/promises';

/** A hypervisor that fails may go on with all its registers. */
const mostLines = 12;

/** What the hypervisor said first, warnings left out; none where there is no log. */
export async function hypervisorLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/\bwarning: /.test(line))
    .slice(0, mostLines)
    .map((line) => `hypervisor: ${line}`);
}
