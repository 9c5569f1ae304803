import { InvalidArgumentError } from 'commander';

/** How many lines from the end of a log: a number, or `all`, which is undefined. */
export function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a number of lines`);
  return Number(text);
}
