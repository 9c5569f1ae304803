import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from './connection/client.ts';
import { engineEvents } from './system.ts';

/**
 * Events of the last seconds are replayed, so that nothing is missed between reading a list and
 * hearing of its changes, even when the guest's clock is somewhat behind ours.
 */
const REPLAYED_SECONDS = 60;

type Watched = 'container' | 'image' | 'volume' | 'network';

/**
 * What `read` answers, now and again after engine events of the types; events that come while it
 * reads count as one. Ends when `signal` aborts, fails when the engine goes away.
 */
export async function* readOnChange<T>(
  client: EngineClient,
  type: Watched | readonly Watched[],
  read: () => Promise<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let changed = Promise.withResolvers<'changed'>();
  const listen = async () => {
    const since = String(Math.floor(Date.now() / 1000) - REPLAYED_SECONDS);
    const options = { since, filters: { type: [type].flat() }, looksOn: true, signal: either };
    for await (const event of engineEvents(client, options)) {
      // Commands run by health checks change nothing that a list shows.
      if (!event.Action.startsWith('exec_')) changed.resolve('changed');
    }
    throw new HostError('connection', 'the engine went away');
  };
  const listening = listen();
  awaitedElsewhere(listening);
  try {
    while (!signal.aborted) {
      changed = Promise.withResolvers();
      yield await read();
      await Promise.race([changed.promise, listening]);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
  }
}
