import type { Server } from 'node:net';
import { createInterface } from 'node:readline';
import { type ClockReply, clockRequestSchema } from '../contract/clock.ts';
import { stepClock } from '../runtime/clock.ts';
import { serveHost } from './host-socket.ts';

/** Serves the clock socket (contract/clock.ts), on which the host corrects the guest's clock. */
export function serveClock(path: string, step = stepClock): Promise<Server> {
  return serveHost(path, async (connection) => {
    const lines = createInterface({ input: connection });
    // A connection that breaks doesn't emit 'end'.
    connection.once('close', () => lines.close());
    for await (const line of lines) {
      const request = clockRequestSchema.parse(JSON.parse(line));
      if (request.step !== 0) await step(request.step);
      const reply: ClockReply = { now: Date.now() };
      connection.write(`${JSON.stringify(reply)}\n`);
    }
  });
}
