import { once } from 'node:events';
import { createServer } from 'node:net';

/** A free port below 1024, on any address. Only for root. */
export async function freePrivilegedPort(): Promise<number> {
  for (let port = 1023; ; port--) {
    const server = createServer().listen(port);
    const taken = await once(server, 'listening').then(
      () => false,
      () => true,
    );
    if (taken) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
