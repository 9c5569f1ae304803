import { initialLogCredit, type LogEvent, type LogRange } from '../../electron/api/logs.ts';
import type { ScreenClient } from '../../electron/api/router.ts';
import { lostWith } from '../connection/lost-with.ts';
import { LogStore } from './log-store.ts';
import { MergedLines } from './merged-lines.ts';

/** Given back in pieces, so that a flood of lines costs few messages. */
const GRANTED_AT_ONCE = initialLogCredit / 8;

/** A followed log: the lines so far, and how it ended. */
export interface OpenLog {
  readonly store: LogStore;
  /** The exit of the container, or the loss of the connection. */
  readonly ended: Promise<{ readonly error?: unknown }>;
  close(): void;
}

/** The log that `fill` adds to, until the log ends or the signal aborts. */
export function openFilled(fill: (store: LogStore, signal: AbortSignal) => Promise<void>): OpenLog {
  const store = new LogStore();
  const over = new AbortController();
  return {
    store,
    ended: fill(store, over.signal).then(
      () => ({}),
      (error: unknown) => ({ error }),
    ),
    close: () => over.abort(),
  };
}

interface LogRequest {
  readonly container: string;
  readonly range: LogRange;
}

/** Follows the log of one container, and gives back the credit for what `take` has taken. */
async function follow(
  client: ScreenClient['logs'],
  request: LogRequest,
  signal: AbortSignal,
  take: (event: Extract<LogEvent, { type: 'lines' }>) => void,
): Promise<void> {
  let log = '';
  let taken = 0;
  for await (const event of await client.follow(request, { signal })) {
    if (event.type === 'opened') log = event.log;
    if (event.type !== 'lines') continue;
    take(event);
    for (const { text } of event.lines) taken += text.length + 1;
    if (taken < GRANTED_AT_ONCE) continue;
    client.grant({ log, characters: taken }).catch(lostWith('the log'));
    taken = 0;
  }
}

export function openLog(client: ScreenClient['logs'], request: LogRequest): OpenLog {
  return openFilled((store, signal) =>
    follow(client, request, signal, ({ lines, unfinished, caughtUp }) =>
      store.add(lines, unfinished, caughtUp),
    ),
  );
}

/** The logs of several containers as one, in the order of time at first. */
export function openLogs(
  client: ScreenClient['logs'],
  containers: readonly { readonly id: string; readonly name: string }[],
  range: LogRange,
): OpenLog {
  return openFilled(async (store, signal) => {
    const merged = new MergedLines(containers.length, (lines, caughtUp) =>
      store.add(lines, [], caughtUp),
    );
    await Promise.all(
      containers.map(async ({ id, name }, tone) => {
        const source = { name, tone };
        try {
          await follow(client, { container: id, range }, signal, ({ lines, caughtUp }) =>
            merged.add(
              tone,
              lines.map((line) => ({ ...line, source })),
              caughtUp,
            ),
          );
        } finally {
          // A container that has ended must not hold back the others.
          merged.add(tone, [], true);
        }
      }),
    );
  });
}
