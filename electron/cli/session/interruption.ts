import type { SignalSource } from '../context.ts';

/** Calls `interrupt` at each Ctrl-C and each request to end, until disposed of. */
export function onInterruption(signals: SignalSource, interrupt: () => void): Disposable {
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) signals.on(name, interrupt);
  return {
    [Symbol.dispose]: () => {
      for (const name of names) signals.off(name, interrupt);
    },
  };
}
