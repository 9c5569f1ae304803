import { initialLogCredit, type LogRange } from '../../electron/api/logs.ts';
import type { ScreenClient } from '../../electron/api/router.ts';
import { lostWith } from '../connection/lost-with.ts';
import { LogStore } from './log-store.ts';

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

export function openLog(
  client: ScreenClient['logs'],
  request: { container: string; range: LogRange },
): OpenLog {
  return openFilled(async (store, signal) => {
    let log = '';
    let taken = 0;
    const events = await client.follow(request, { signal });
    for await (const event of events) {
      if (event.type === 'opened') log = event.log;
      if (event.type !== 'lines') continue;
      store.add(event.lines, event.unfinished, event.caughtUp);
      for (const { text } of event.lines) taken += text.length + 1;
      if (taken < GRANTED_AT_ONCE) continue;
      client.grant({ log, characters: taken }).catch(lostWith('the log'));
      taken = 0;
    }
  });
}
