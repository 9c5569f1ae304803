import { GrammarError } from './grammar-error.ts';

const POWERS = ['b', 'k', 'm', 'g', 't', 'p'];
const SIZE = /^(\d+(?:\.\d*)?|\.\d+) ?(?:b|([kmgtp])(?:i?b)?)?$/i;

/**
 * Parses `64m`, `1.5g`, `512` or `1GiB` as Docker does, in powers of 1024. Undefined if it isn't a
 * size.
 */
export function sizeOf(text: string): number | undefined {
  const [, amount, unit = 'b'] = SIZE.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return Math.floor(Number(amount) * 1024 ** POWERS.indexOf(unit.toLowerCase()));
}

/** Like sizeOf, but throws GrammarError if the text isn't a size. */
export function parseSize(text: string): number {
  const bytes = sizeOf(text);
  if (bytes !== undefined) return bytes;
  throw new GrammarError(`"${text}" is not a valid size. Use a value such as 64m or 1.5g.`);
}

/** Like parseSize; -1 means no limit. */
export function parseSizeOrUnlimited(text: string): number {
  return text === '-1' ? -1 : parseSize(text);
}

/** `512m`: in the largest unit that gives a whole number. */
export function formatSize(bytes: number): string {
  const power = POWERS.findLastIndex((_, index) => bytes > 0 && bytes % 1024 ** index === 0);
  return power > 0 ? `${bytes / 1024 ** power}${POWERS[power]}` : String(bytes);
}
