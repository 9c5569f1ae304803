import { parseNanoseconds } from '../flags/time.ts';

/** Seconds: `90`, `90s` or `5m`. */
export function parseSeconds(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : parseNanoseconds(text) / 1e9;
}
