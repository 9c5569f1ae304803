type Preparation = (host: string) => void;

/** Something that happens in a folder, and what programs that watch the folder notice of it. */
export interface Change {
  /** What happens before. Watchers get time for each step, since they can miss what follows at once. */
  readonly prepare?: Preparation | readonly Preparation[];
  readonly run: (host: string) => void;
  /**
   * The events by watcher, with paths relative to the folder. An event that ends in `?` may be missing:
   * writers write in parts, and watchers combine events. The order counts for inotify.
   */
  readonly inotify: readonly string[];
  readonly chokidar: readonly string[];
  readonly watchdog: readonly string[];
}

const optional = (event: string): boolean => event.endsWith('?');

/** The events that must come. */
export const required = (events: readonly string[]): string[] =>
  events.filter((event) => !optional(event));

/** How the events that were seen differ from the wanted ones. Empty if they don't. */
export function differencesOf(
  seen: readonly string[],
  wanted: readonly string[],
  isOrderFixed: boolean,
): string[] {
  // A program that writes in parts raises the same event several times.
  const left = seen.filter((event, index) => event !== seen[index - 1]);
  const missing: string[] = [];
  for (const event of required(wanted)) {
    const index = left.indexOf(event);
    if (index < 0) missing.push(`missing: ${event}`);
    else left.splice(index, 1);
  }
  const allowed = wanted.filter(optional).map((event) => event.slice(0, -1));
  const extra = left.filter((event) => !allowed.includes(event));
  const order = seen.filter((event) => required(wanted).includes(event));
  const isOrdered =
    !isOrderFixed || new Set(order).size !== order.length || inOrder(order, required(wanted));
  return [
    ...missing,
    ...extra.map((event) => `not expected: ${event}`),
    ...(missing.length === 0 && !isOrdered ? [`another order: ${order.join(', ')}`] : []),
  ];
}

const inOrder = (seen: readonly string[], wanted: readonly string[]): boolean =>
  seen.join('\n') === wanted.join('\n');
