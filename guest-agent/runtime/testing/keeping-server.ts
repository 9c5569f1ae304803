import { createServer } from 'node:net';
import { keepListener } from '../kept-listener.ts';

/* Listens at a path, keeps the socket, says so, and waits to be killed. */

const [path = '', record = ''] = process.argv.slice(2);
const server = createServer((socket) => socket.end('first'));
server.listen(path, async () => {
  const handle: { readonly fd: number } = Reflect.get(server, '_handle');
  await keepListener(handle.fd, path, record);
  console.log('listening');
});
