import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/;

/** Parses a duration such as `1h30m` as seconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smh])/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0);
  }
  return seconds;
}

/** Parses a duration such as `1m30s` as nanoseconds, which the engine takes. */
export function parseNanoseconds(text: string): number {
  const seconds = text === '0' ? 0 : parseDuration(text);
  if (seconds === undefined) {
    throw new InvalidArgumentError(`"${text}" is no time, as in 30s or 1m30s`);
  }
  return Math.round(seconds * 1e9);
}

/**
 * Parses a moment for `--since` and `--until`: a date and time, seconds since the epoch, or how
 * long ago (`42m`). Answers seconds since the epoch, with a fraction, as the engine takes it.
 */
export function parseMoment(text: string, now = Date.now()): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  const ago = parseDuration(text);
  if (ago !== undefined) return (now / 1000 - ago).toFixed(9);
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(localTime(text)) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new InvalidArgumentError(`"${text}" is no time, as in 2026-01-02T13:23:37Z or 42m`);
  }
  return (milliseconds / 1000).toFixed(9);
}

// A date alone is UTC to JavaScript; here times without a zone are local ones.
const localTime = (text: string) => (text.includes('T') ? text : `${text}T00:00:00`);
