import type { CacheEntry } from './entry.ts';

type Test = (entry: CacheEntry, operator: string, wanted: string) => boolean;

const text =
  (read: (entry: CacheEntry) => string | readonly string[]): Test =>
  (entry, operator, wanted) => {
    const values = [read(entry)].flat();
    if (operator === '') return values.some((value) => value !== '');
    if (operator === '!=') return !values.includes(wanted);
    if (operator === '~=') return values.some((value) => value.includes(wanted));
    return values.includes(wanted);
  };

const flag =
  (read: (entry: CacheEntry) => boolean): Test =>
  (entry, operator, wanted) =>
    read(entry) ===
    (operator === '' || (wanted !== 'false' && wanted !== '0') === (operator !== '!='));

/** The fields that clients filter by, under BuildKit's names. */
const tests: Readonly<Record<string, Test>> = {
  id: text(({ id }) => id),
  parent: text(({ parents }) => parents),
  parents: text(({ parents }) => parents),
  description: text(({ description }) => description),
  type: text(({ type }) => type),
  inuse: flag(({ inUse }) => inUse),
  mutable: flag(({ isMutable }) => isMutable),
  immutable: flag(({ isMutable }) => !isMutable),
  shared: flag(({ isShared }) => isShared),
  private: flag(({ isShared }) => !isShared),
};

/**
 * Whether an entry matches one of the filters, such as `type==source.local,inuse`. All conditions of
 * a filter must hold, and a field that no entry has never matches. Without filters, every entry
 * matches.
 */
export function matchesEntry(entry: CacheEntry, filters: readonly string[]): boolean {
  const given = filters.filter((filter) => filter !== '');
  return given.length === 0 || given.some((filter) => filter.split(',').every(holds));

  function holds(condition: string): boolean {
    const [, name = '', operator = '', quoted = ''] =
      /^(\w+)(?:(==|!=|~=)(.*))?$/s.exec(condition) ?? [];
    const test = tests[name.toLowerCase()];
    return test?.(entry, operator, quoted.replace(/^"(.*)"$/s, '$1')) ?? false;
  }
}
