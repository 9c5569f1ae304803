import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from './connection/client.ts';
import { engineEvents } from './system.ts';

/**
 * The engine replays the events of the last seconds, so that none is missed between reading a list
 * and listening, even if the VM's clock is slightly behind.
 */
const REPLAYED_SECONDS = 60;

type Watched = 'container' | 'image' | 'volume' | 'network';

/**
 * Yields the result of `read`, first immediately and then after engine events of these types.
 * Events during a read trigger one more read. Ends when `signal` aborts; fails when the engine goes
 * away.
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
      // Health check commands don't change a list.
      if (!event.Action.startsWith('exec_')) changed.resolve('changed');
    }
    throw new HostError('connection', 'the connection to the engine was lost');
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
