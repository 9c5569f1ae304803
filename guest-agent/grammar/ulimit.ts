import type { Ulimit } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';

/** Reads `nofile=1024[:2048]`; -1 means no limit. */
export function parseUlimit(text: string): Ulimit {
  const [, Name, soft, hard = soft] = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? [];
  if (Name === undefined) {
    throw new GrammarError(`invalid ulimit "${text}": expected NAME=SOFT[:HARD]`);
  }
  return { Name, Soft: Number(soft), Hard: Number(hard) };
}

export const formatUlimit = ({ Name, Soft, Hard = Soft }: Ulimit): string =>
  `${Name}=${Soft}${Hard === Soft ? '' : `:${Hard}`}`;
