import { InvalidArgumentError } from 'commander';

const POWERS = ['b', 'k', 'm', 'g', 't', 'p'];

/** Parses `64m`, `1.5g`, `512` or `1GiB` as bytes; units are powers of 1024. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgtp])?(?:i?b)?$/i.exec(text.trim());
  if (!match) throw new InvalidArgumentError(`"${text}" is not a size, as in 64m or 1.5g`);
  const power = POWERS.indexOf((match[2] ?? 'b').toLowerCase());
  return Math.floor(Number(match[1]) * 1024 ** power);
}

/** Like parseBytes; -1 means no limit. */
export function parseBytesOrUnlimited(text: string): number {
  return text === '-1' ? -1 : parseBytes(text);
}
