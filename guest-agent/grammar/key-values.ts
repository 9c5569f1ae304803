/** The parts before and after the first separator. */
export function splitEntry(entry: string, separator = '='): [string, string | undefined] {
  const at = entry.indexOf(separator);
  return at < 0 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + separator.length)];
}

/** Converts `name=value` entries, such as labels, to a map. Without `=`, the value is empty. */
export function keyValues(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const [name, value = ''] = splitEntry(entry);
      return [name, value];
    }),
  );
}

/**
 * Converts a map to `name=value` entries, or to the name alone where the value is null. The engine may
 * send an empty map as null.
 */
export const keyValueEntries = (map?: Readonly<Record<string, string | null>> | null): string[] =>
  Object.entries(map ?? {}).map(([name, value]) => (value === null ? name : `${name}=${value}`));
