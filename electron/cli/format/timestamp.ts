const two = (value: number) => String(value).padStart(2, '0');

function zoneOffset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const distance = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}${separator}${two(distance % 60)}`;
}

const day = (date: Date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

const time = (date: Date) =>
  `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** `2026-01-02 15:04:05 +0100 CET`, as in `docker ps --format '{{.CreatedAt}}'`. */
export function createdAt(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(date)
    .find((part) => part.type === 'timeZoneName');
  return `${day(date)} ${time(date)} ${zoneOffset(date, '')} ${zone?.value ?? 'UTC'}`;
}

/** `2026-01-02T15:04:05.000000000+01:00`, as in `docker events`. */
export function eventTime(epochNanoseconds: number): string {
  const { date, fraction } = splitMoment(epochNanoseconds);
  const offset = date.getTimezoneOffset() === 0 ? 'Z' : zoneOffset(date, ':');
  return `${day(date)}T${time(date)}.${fraction}000${offset}`;
}

/** `2026-01-02 15:04:05.000000`, as in `docker compose events`. */
export function localMoment(epochNanoseconds: number): string {
  const { date, fraction } = splitMoment(epochNanoseconds);
  return `${day(date)} ${time(date)}.${fraction}`;
}

/** With the six digits of the microseconds. */
function splitMoment(epochNanoseconds: number): { date: Date; fraction: string } {
  // A number has a precision of a quarter of a microsecond for current times.
  const microseconds = Math.round(epochNanoseconds / 1000) % 1e6;
  const date = new Date(Math.floor(epochNanoseconds / 1e6));
  return { date, fraction: `${microseconds}`.padStart(6, '0') };
}
