import { loggerOf } from '../../host/base/log.ts';
import type { TerminalSize } from '../../host/engine/containers.ts';
import type { Output } from '../context.ts';

const log = loggerOf('session');

/** The size of `output`, if it is a terminal. */
export function terminalSize({ columns, rows }: Output): TerminalSize | undefined {
  return columns && rows ? { columns, rows } : undefined;
}

/**
 * Sends the terminal's size to the other side, now and after each change. The returned function
 * stops that. Ignores failures: the command may have ended already.
 */
export function followTerminalSize(
  output: Output,
  resize: (size: TerminalSize) => Promise<void>,
): () => void {
  const send = () => {
    const size = terminalSize(output);
    if (size) void log.attempt('Resizing the terminal', resize(size));
  };
  send();
  output.on('resize', send);
  return () => output.off('resize', send);
}
