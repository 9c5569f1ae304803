/** Service keys whose list is replaced as a whole. */
const REPLACED = new Set(['command', 'entrypoint', 'test']);

/** The keys that identify a list entry: a later entry replaces an equal earlier one. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  ports: ['host_ip', 'target', 'published', 'protocol'],
  volumes: ['target'],
  devices: ['target'],
  secrets: ['source', 'target'],
  configs: ['source', 'target'],
  env_file: ['path'],
};

/**
 * Merges one file over another, both in their long form: maps are merged, lists are appended, other
 * values are replaced. (Compose specification, "Merge".)
 */
export function mergeOver<T>(base: T, over: T): T {
  return merged('', base, over) as T;
}

function merged(key: string, base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (base === undefined || base === null) return over;
  if (over === null) return REPLACED.has(key) ? over : base;
  if (Array.isArray(base) && Array.isArray(over)) {
    return REPLACED.has(key) ? over : joined(key, base, over);
  }
  if (isMap(base) && isMap(over)) {
    const result: Record<string, unknown> = { ...base };
    for (const [name, value] of Object.entries(over)) {
      // A variable without a value takes it from the environment later.
      result[name] = key === 'environment' ? value : merged(name, result[name], value);
    }
    return result;
  }
  return over;
}

function joined(key: string, base: readonly unknown[], over: readonly unknown[]): unknown[] {
  const fields = IDENTITY[key];
  const identity = (item: unknown) =>
    fields && isMap(item)
      ? JSON.stringify(fields.map((field) => item[field] ?? null))
      : JSON.stringify(item);
  return [...new Map([...base, ...over].map((item) => [identity(item), item])).values()];
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
