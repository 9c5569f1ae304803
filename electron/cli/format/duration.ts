const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24;

/** A duration in seconds, as `docker ps` writes it: "2 minutes", "About an hour". */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < MINUTE) return `${whole} seconds`;
  const minutes = Math.floor(seconds / MINUTE);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(seconds / HOUR + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 2 * DAY) return `${hours} hours`;
  if (hours < 14 * DAY) return `${Math.floor(hours / DAY)} days`;
  if (hours < 60 * DAY) return `${Math.floor(hours / DAY / 7)} weeks`;
  if (hours < 730 * DAY) return `${Math.floor(hours / DAY / 30)} months`;
  return `${Math.floor(hours / DAY / 365)} years`;
}

/** The duration since a time, which is in seconds since the epoch. */
export function timeAgo(epochSeconds: number, now = Date.now()): string {
  return `${humanDuration(now / 1000 - epochSeconds)} ago`;
}
