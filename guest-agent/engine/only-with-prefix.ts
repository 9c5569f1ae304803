/** The only ID that begins with `prefix`; undefined for none, for several, and for an empty prefix. */
export function onlyWithPrefix(ids: Iterable<string>, prefix: string): string | undefined {
  const [found, second] = [...ids].filter((id) => id.startsWith(prefix));
  return prefix === '' || second !== undefined ? undefined : found;
}
