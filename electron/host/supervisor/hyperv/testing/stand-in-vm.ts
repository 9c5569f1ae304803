import { createServer } from 'node:net';
import * as z from 'zod';

/** The process of a stand-in VM: a port where sshd would be, and a serial port. */
const options = z
  .object({ host: z.string(), port: z.number(), consolePipe: z.string() })
  .parse(JSON.parse(process.argv[2] ?? ''));

createServer((socket) => socket.on('error', () => {})).listen(options.port, options.host, () => {
  createServer((socket) => {
    socket.on('error', () => {});
    socket.write('berth: hello from the serial port\r\n');
  }).listen(options.consolePipe, () => {
    process.send?.('ready', () => process.disconnect?.());
  });
});
