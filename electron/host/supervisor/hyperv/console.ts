import { createWriteStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggerOf } from '../../base/log.ts';

const log = loggerOf('hyperv');

const retryMs = 200;

/**
 * Appends what the VM writes to its serial port to a file, until `signal` aborts. Hyper-V offers the
 * port as a named pipe, which exists while the VM runs. Doesn't reject.
 */
export async function keepConsole(pipe: string, file: string, signal: AbortSignal): Promise<void> {
  const output = createWriteStream(file, { flags: 'a', mode: 0o600 });
  output.on('error', (error) => log.warn('Writing the console', error));
  let reported = false;
  while (!signal.aborted) {
    try {
      await copy(connect({ path: pipe, signal }), output);
    } catch (error) {
      if (!signal.aborted && !reported) log.warn("Reading the VM's console", error);
      reported = true;
    }
    await log.attempt('Waiting for the console', sleep(retryMs, undefined, { signal, ref: false }));
  }
  output.end();
}

function copy(socket: Socket, output: NodeJS.WritableStream): Promise<void> {
  socket.unref();
  socket.pipe(output, { end: false });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}
