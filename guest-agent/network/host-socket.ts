import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * Serves a socket for the host that only root can open. A connection ends when `serve` ends, with
 * or without an error.
 */
export async function serveHost(
  path: string,
  serve: (connection: Socket) => Promise<void>,
): Promise<Server> {
  const server = createServer((connection) => {
    connection.on('error', () => {});
    serve(connection)
      .catch((error) => {
        // The host can disconnect at any time.
        if (!connection.destroyed)
          console.error(new Date().toISOString(), `serving ${path}`, error);
      })
      .finally(() => connection.destroy());
  });
  await rm(path, { force: true });
  await once(server.listen(path), 'listening');
  server.on('error', (error) => console.error(new Date().toISOString(), `serving ${path}`, error));
  await chmod(path, 0o600);
  return server;
}
