/** The keys of an object that begin with `x-`, and their values. They stay apart from the object's own. */
export const EXTENSIONS = Symbol('x-');
export type Extensions = Readonly<Record<string, unknown>>;

type Map<T> = Readonly<Record<string, T>>;

/** Names and values without undefined ones. */
export const entriesOf = <T>(map: Map<T> | undefined): [string, T][] => Object.entries(map ?? {});

export function mapValues<From, To>(
  map: Map<From>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}

/** Sorted by name, as Go prints maps. */
export const sortedRecord = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
