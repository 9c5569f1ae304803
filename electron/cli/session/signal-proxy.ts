import { loggerOf } from '../../host/base/log.ts';
import type { SignalSource } from '../context.ts';

const log = loggerOf('session');

const PROXIED: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];

/** After this number of requests to end, the command stops waiting for the container. */
const PATIENCE = 3;

/**
 * Sends the signals that this process gets to the container instead. The returned function stops
 * that. Drops signals that can't be delivered: the container has exited or is about to start. Calls
 * `onImpatience` at the third SIGINT or SIGTERM.
 */
export function proxySignals(
  source: SignalSource,
  send: (signal: NodeJS.Signals) => Promise<void>,
  onImpatience: () => void,
): () => void {
  let requests = 0;
  const listeners = PROXIED.map((signal) => {
    const listener = () => {
      void log.attempt(`Sending ${signal}`, send(signal));
      if ((signal === 'SIGINT' || signal === 'SIGTERM') && ++requests === PATIENCE) onImpatience();
    };
    source.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}
