import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import * as z from 'zod';
import { guestOptionsSchema, startGuest } from './guest.ts';

/*
 * The process of a fake machine: hypervisor and guest in one, without a VM. It obeys a monitor
 * socket of its own kind.
 */

export const fakeGuestSchema = guestOptionsSchema.extend({
  pidFile: z.string(),
  monitor: z.string(),
});

const options = fakeGuestSchema.parse(JSON.parse(process.argv[2] ?? ''));
if (options.fault === 'launch') throw new Error('the fake hypervisor was told to fail');

const monitors = new Set<Socket>();
function end(): void {
  for (const monitor of monitors) monitor.end('orderly\n');
  setImmediate(() => process.exit(0));
}

const guest = await startGuest({ ...options, end });
const monitor = createServer((socket) => {
  monitors.add(socket);
  socket.on('error', () => {});
  socket.write(`${JSON.stringify({ port: guest.sshPort })}\n`);
  socket.once('data', end);
});
await new Promise<void>((resolve) => monitor.listen(options.monitor, resolve));
writeFileSync(options.pidFile, String(process.pid));
// The parent may have disconnected before the message counts as sent.
process.send?.('ready', () => process.connected && process.disconnect?.());
await guest.boot();
