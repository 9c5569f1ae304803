import { loggerOf } from '../../host/base/log.ts';
import type { TerminalSize } from '../../host/engine/containers.ts';
import type { Output } from '../context.ts';

const log = loggerOf('session');

/** The size of the terminal that `output` is, if it is one. */
export function terminalSize({ columns, rows }: Output): TerminalSize | undefined {
  return columns && rows ? { columns, rows } : undefined;
}

/**
 * Tells the other side the terminal's size now and after each change; answers what ends that. A
 * failure is ignored: the command may have ended already.
 */
export function followTerminalSize(
  output: Output,
  resize: (size: TerminalSize) => Promise<void>,
): () => void {
  const tell = () => {
    const size = terminalSize(output);
    if (size) void log.attempt('Resizing the terminal', resize(size));
  };
  tell();
  output.on('resize', tell);
  return () => output.off('resize', tell);
}
