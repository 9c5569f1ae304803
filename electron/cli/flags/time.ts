import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../../guest-agent/grammar/duration.ts';

/** Parses a duration such as `1m30s` as nanoseconds, the engine's unit. */
export function parseNanoseconds(text: string): number {
  const nanoseconds = parseDuration(text);
  if (nanoseconds === undefined || nanoseconds < 0) {
    throw new InvalidArgumentError(
      `"${text}" is not a valid duration. Use a value such as 30s or 1m30s.`,
    );
  }
  return nanoseconds;
}

/**
 * Parses a time for `--since` and `--until`: a date and time, seconds since the epoch, or a
 * duration before now (`42m`). Returns seconds since the epoch, with a fraction, for the engine.
 */
export function parseMoment(text: string, now = Date.now()): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  const ago = parseDuration(text);
  if (ago !== undefined) return (now / 1000 - ago / 1e9).toFixed(9);
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(localTime(text)) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new InvalidArgumentError(
      `"${text}" is not a valid time. Use a value such as 2026-01-02T13:23:37Z or 42m.`,
    );
  }
  return (milliseconds / 1000).toFixed(9);
}

/** Like `parseMoment`, in RFC 3339. */
export const parseInstant = (text: string): string =>
  new Date(Number(parseMoment(text)) * 1000).toISOString();

// JavaScript reads a date without a time as UTC. Here, times without a zone are local.
const localTime = (text: string) => (text.includes('T') ? text : `${text}T00:00:00`);
