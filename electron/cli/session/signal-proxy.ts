import type { SignalSource } from '../context.ts';

const PROXIED: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];

/**
 * Sends the signals that this process gets to the container instead; answers what ends that. A
 * signal that cannot be delivered is dropped: the container has ended, or is about to start.
 */
export function proxySignals(
  source: SignalSource,
  send: (signal: NodeJS.Signals) => Promise<void>,
): () => void {
  const listeners = PROXIED.map((signal) => {
    const listener = () => {
      send(signal).catch(() => {});
    };
    source.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}
