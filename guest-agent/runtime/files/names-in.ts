import { readdir } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';

/** The names in a directory; none if it is missing. */
export function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(ifMissing([]));
}
