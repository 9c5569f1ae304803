/** As much of newer JavaScript as the app uses, for Node 18 and Chromium 114. Loaded first. */

type Callback<Value, Result> = (value: Value, index: number) => Result;

/** Adds what is missing, as the engine itself would. */
function add(target: object, parts: Readonly<Record<PropertyKey, unknown>>): void {
  for (const key of Reflect.ownKeys(parts)) {
    if (key in target) continue;
    Object.defineProperty(target, key, { value: parts[key], writable: true, configurable: true });
  }
}

add(Symbol, {
  dispose: Symbol.for('Symbol.dispose'),
  asyncDispose: Symbol.for('Symbol.asyncDispose'),
});

add(Promise, {
  withResolvers() {
    let resolve: unknown;
    let reject: unknown;
    const promise = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    return { promise, resolve, reject };
  },
  try: async (work: (...parts: unknown[]) => unknown, ...parts: unknown[]) => work(...parts),
});

add(URL, {
  parse(address: string, base?: string) {
    try {
      return new URL(address, base);
    } catch {
      return null;
    }
  },
  canParse: (address: string, base?: string) => URL.parse(address, base) !== null,
});

add(AbortSignal, {
  any(signals: Iterable<AbortSignal>) {
    const either = new AbortController();
    for (const signal of signals) {
      const abort = () => either.abort(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true, signal: either.signal });
    }
    return either.signal;
  },
});

add(Array, {
  async fromAsync<Value>(items: AsyncIterable<Value> | Iterable<Value>) {
    const found: Value[] = [];
    for await (const item of items) found.push(item);
    return found;
  },
});

function groups<Value, Key>(items: Iterable<Value>, keyOf: Callback<Value, Key>) {
  const found = new Map<Key, Value[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = found.get(key) ?? [];
    group.push(item);
    found.set(key, group);
  }
  return found;
}

add(Map, { groupBy: groups });
add(Object, {
  groupBy: <Value>(items: Iterable<Value>, keyOf: Callback<Value, PropertyKey>) =>
    Object.assign(Object.create(null), Object.fromEntries(groups(items, keyOf))),
});

add(Set.prototype, {
  union(this: Set<unknown>, other: Set<unknown>) {
    return new Set([...this, ...other]);
  },
  intersection(this: Set<unknown>, other: Set<unknown>) {
    return new Set([...this].filter((item) => other.has(item)));
  },
  difference(this: Set<unknown>, other: Set<unknown>) {
    return new Set([...this].filter((item) => !other.has(item)));
  },
  isSubsetOf(this: Set<unknown>, other: Set<unknown>) {
    return [...this].every((item) => other.has(item));
  },
  isDisjointFrom(this: Set<unknown>, other: Set<unknown>) {
    return [...this].every((item) => !other.has(item));
  },
});

const IteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf([][Symbol.iterator]()),
);
type Items = IterableIterator<unknown>;
add(IteratorPrototype, {
  *map(this: Items, change: Callback<unknown, unknown>) {
    let index = 0;
    for (const item of this) yield change(item, index++);
  },
  *filter(this: Items, keep: Callback<unknown, boolean>) {
    let index = 0;
    for (const item of this) if (keep(item, index++)) yield item;
  },
  *take(this: Items, most: number) {
    if (most <= 0) return;
    let left = most;
    for (const item of this) {
      yield item;
      if (--left === 0) return;
    }
  },
  *drop(this: Items, count: number) {
    let index = 0;
    for (const item of this) if (index++ >= count) yield item;
  },
  *flatMap(this: Items, change: Callback<unknown, Iterable<unknown>>) {
    let index = 0;
    for (const item of this) yield* change(item, index++);
  },
  toArray(this: Items) {
    return [...this];
  },
  forEach(this: Items, work: Callback<unknown, void>) {
    let index = 0;
    for (const item of this) work(item, index++);
  },
  some(this: Items, test: Callback<unknown, boolean>) {
    let index = 0;
    for (const item of this) if (test(item, index++)) return true;
    return false;
  },
  every(this: Items, test: Callback<unknown, boolean>) {
    let index = 0;
    for (const item of this) if (!test(item, index++)) return false;
    return true;
  },
  find(this: Items, test: Callback<unknown, boolean>) {
    let index = 0;
    for (const item of this) if (test(item, index++)) return item;
    return undefined;
  },
  reduce(this: Items, join: (sum: unknown, item: unknown) => unknown, first: unknown) {
    let sum = first;
    for (const item of this) sum = join(sum, item);
    return sum;
  },
});
