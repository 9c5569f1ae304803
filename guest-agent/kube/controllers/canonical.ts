/**
 * A value as text that is the same for values that mean the same: the order of keys doesn't count,
 * and null is like a missing key.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part).filter(([, each]) => each !== null && each !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}
