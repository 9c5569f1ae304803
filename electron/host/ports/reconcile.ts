import type { WantedPort } from './wanted.ts';

/** What has to be done so that what is wanted is open, and nothing else. */
export interface PortChanges {
  /** Keys of what is open and no longer wanted. */
  readonly close: readonly string[];
  readonly open: readonly WantedPort[];
  /** Open and still wanted, though perhaps by another container, or leading elsewhere. */
  readonly keep: readonly WantedPort[];
}

/** What a port is told apart by: two containers cannot have the same. */
export function portKey({
  address,
  port,
  protocol,
}: Pick<WantedPort, 'address' | 'port' | 'protocol'>): string {
  return `${address} ${port}/${protocol}`;
}

/** Compares what is wanted with the keys of what is open. The first that wants a port has it. */
export function reconcile(wanted: readonly WantedPort[], open: ReadonlySet<string>): PortChanges {
  const byKey = new Map<string, WantedPort>();
  for (const port of wanted) {
    const key = portKey(port);
    if (!byKey.has(key)) byKey.set(key, port);
  }
  const entries = [...byKey];
  return {
    close: [...open].filter((key) => !byKey.has(key)),
    open: entries.filter(([key]) => !open.has(key)).map(([, port]) => port),
    keep: entries.filter(([key]) => open.has(key)).map(([, port]) => port),
  };
}
