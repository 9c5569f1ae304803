/** The newest and the oldest version of the Engine API that Berth supports. */
export const apiVersion = '1.55';
export const minimumApiVersion = '1.24';

/** Negative when `a` is the older of two versions like "1.44". */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** Whether a request is in an older version than the one that changed an answer. */
export function isBefore(version: string, changed: string): boolean {
  return compareVersions(version, changed) < 0;
}
