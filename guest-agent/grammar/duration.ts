const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  /** Both of Unicode's signs for micro. */
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};
/** A duration in Go has 64 bits. */
const LONGEST = 2 ** 63;

const GO = 'ns|us|µs|μs|ms|s|m|h';
/** Compose files also allow days and weeks. */
const UNITS = { go: GO, compose: `${GO}|d|w` } as const;

/**
 * Parses `1h30m`, `1.5s`, `-2us`, ... as Go does, to nanoseconds. Undefined if it isn't a duration.
 */
export function parseDuration(
  text: string,
  language: keyof typeof UNITS = 'go',
): number | undefined {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  const part = `(\\d*)(?:\\.(\\d*))?(?:${UNITS[language]})`;
  if (!new RegExp(`^(?:(?=\\.?\\d)${part})+$`).test(rest)) return undefined;
  let nanoseconds = 0;
  const parts = new RegExp(`(\\d*)(?:\\.(\\d*))?(${UNITS[language]})`, 'g');
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(parts)) {
    const each = NANOSECONDS[unit] ?? 0;
    // Parses the fraction separately: 1.1s must be exactly 1100000000.
    nanoseconds +=
      Number(whole) * each + Math.trunc(Number(fraction) * (each / 10 ** fraction.length));
  }
  if (nanoseconds >= LONGEST) return undefined;
  return sign === '-' && nanoseconds !== 0 ? -nanoseconds : nanoseconds;
}

/** Formats a duration as Go does: `1h0m0s`, `1m30.5s`, `500ms`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 0) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor((nanoseconds % 3600e9) / 60e9);
  const seconds = (nanoseconds % 60e9) / 1e9;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
