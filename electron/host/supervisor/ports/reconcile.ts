import type { WantedPort } from './wanted.ts';

/** The actions, in this order, that leave exactly the wanted ports open. */
export interface PortChanges {
  /** Keys of ports that are no longer wanted or have a new target. */
  readonly close: readonly string[];
  readonly open: readonly WantedPort[];
}

/** Identifies a port: two containers can't have the same. */
export function portKey({
  address,
  port,
  protocol,
}: Pick<WantedPort, 'address' | 'port' | 'protocol'>): string {
  return `${address} ${port}/${protocol}`;
}

/** Compares wanted and open ports by key. The first container that wants a port gets it. */
export function reconcile(
  wanted: readonly WantedPort[],
  open: ReadonlyMap<string, WantedPort>,
): PortChanges {
  const byKey = new Map<string, WantedPort>();
  for (const port of wanted) {
    const key = portKey(port);
    if (!byKey.has(key)) byKey.set(key, port);
  }
  const isOpen = (key: string) => isSame(byKey.get(key), open.get(key));
  return {
    close: [...open.keys()].filter((key) => !isOpen(key)),
    open: [...byKey].filter(([key]) => !isOpen(key)).map(([, port]) => port),
  };
}

/** The same container, perhaps renamed, with the same address. */
function isSame(one: WantedPort | undefined, other: WantedPort | undefined): boolean {
  return (
    one?.containerId === other?.containerId &&
    one?.target.host === other?.target.host &&
    one?.target.port === other?.target.port
  );
}
