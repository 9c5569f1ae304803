import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { EngineError } from '../../errors.ts';
import { controlFifoPath } from './conmon.ts';

/** conmon's control message that sets the size of the terminal. */
const RESIZE = 1;

/** Sets the size of the terminal of a monitored process, in characters. */
export async function resizeTerminal(
  directory: string,
  height: number,
  width: number,
): Promise<void> {
  try {
    const fifo = await open(controlFifoPath(directory), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      await fifo.write(`${RESIZE} ${height} ${width}\n`);
    } finally {
      await fifo.close();
    }
  } catch (cause) {
    // No reader: the process has just exited.
    if (['ENXIO', 'ENOENT', 'EPIPE'].includes((cause as NodeJS.ErrnoException).code ?? '')) return;
    throw new EngineError('internal', "can't resize the terminal", { cause });
  }
}
