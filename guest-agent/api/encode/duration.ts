const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats milliseconds in Docker's words: "Less than a second", "About an hour", "3 weeks". */
export function duration(milliseconds: number): string {
  const count = (unit: number) => Math.floor(milliseconds / unit);
  if (milliseconds < SECOND) return 'Less than a second';
  if (count(SECOND) === 1) return '1 second';
  if (milliseconds < MINUTE) return `${count(SECOND)} seconds`;
  if (count(MINUTE) === 1) return 'About a minute';
  if (milliseconds < HOUR) return `${count(MINUTE)} minutes`;
  const hours = Math.round(milliseconds / HOUR);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${count(DAY)} days`;
  if (hours < 24 * 30 * 2) return `${count(7 * DAY)} weeks`;
  if (hours < 24 * 365 * 2) return `${count(30 * DAY)} months`;
  return `${count(365 * DAY)} years`;
}
