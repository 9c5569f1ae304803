import { InvalidArgumentError } from 'commander';

/** The number of lines from the end of a log. Undefined for `all`. */
export function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (!/^\d+$/.test(text))
    throw new InvalidArgumentError(`"${text}" is not a valid number of lines`);
  return Number(text);
}
