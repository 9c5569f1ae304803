import type { WantedPort } from './wanted.ts';

/** What has to be done so that what is wanted is open, and nothing else; in this order. */
export interface PortChanges {
  /** Keys of what is no longer wanted, or leads elsewhere by now. */
  readonly close: readonly string[];
  readonly open: readonly WantedPort[];
}

/** What a port is told apart by: two containers cannot have the same. */
export function portKey({
  address,
  port,
  protocol,
}: Pick<WantedPort, 'address' | 'port' | 'protocol'>): string {
  return `${address} ${port}/${protocol}`;
}

/** Compares what is wanted with what is open, by key. The first that wants a port has it. */
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

/** For the same container, which may have a new name, at the address that it had. */
function isSame(one: WantedPort | undefined, other: WantedPort | undefined): boolean {
  return (
    one?.containerId === other?.containerId &&
    one?.target.host === other?.target.host &&
    one?.target.port === other?.target.port
  );
}
