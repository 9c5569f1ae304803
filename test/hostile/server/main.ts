import { createServer } from 'node:http';
import { serveArchives } from './archive-registry.ts';
import { ARCHIVE_PORT } from './ports.ts';

/**
 * `main.ts CONTROL` runs the hostile servers of the suite, in the engine's network. Prints a line when all
 * of them listen. CONTROL is a unix socket that tells what they have seen.
 */

const [control = ''] = process.argv.slice(2);
const listen = (server: ReturnType<typeof createServer>, at: number | string) =>
  typeof at === 'string'
    ? new Promise<void>((resolve) => server.listen(at, resolve))
    : new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));

await listen(createServer(serveArchives), ARCHIVE_PORT);
await listen(
  createServer((_, response) => response.end('{}')),
  control,
);
console.log('listening');
