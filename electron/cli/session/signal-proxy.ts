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

/** As many requests to end, and the command no longer waits for a container that heeds none. */
const PATIENCE = 3;

/**
 * Sends the signals that this process gets to the container instead; answers what ends that. A
 * signal that cannot be delivered is dropped: the container has ended, or is about to start.
 * `onImpatience` is called at the third SIGINT or SIGTERM.
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
