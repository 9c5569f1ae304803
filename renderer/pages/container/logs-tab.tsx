import type { Container } from '../../../electron/api/containers.ts';
import { Terminal } from '../../terminal/terminal.tsx';

const TAIL = 5000;

/** What the container has written, and writes. Begins anew with each run. */
export function LogsTab({ container }: { readonly container: Container }) {
  const { id, name, startedAt = '' } = container;
  return (
    <Terminal
      key={startedAt}
      container={id}
      process={{ kind: 'logs', tail: TAIL }}
      label={`Logs of ${name}`}
    />
  );
}
