import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { goodImage } from '../registries/good-image.ts';
import { serveRegistries } from '../registries/table.ts';
import { serveArchives } from './archive-registry.ts';
import { serveImages } from './image-registry.ts';
import { ARCHIVE_PORT, IMAGE_PORT, NAME_SERVER, OTHER_PORT, REGISTRY_PORT } from './ports.ts';

/**
 * `main.ts CONTROL` runs the hostile servers of the suite, in the engine's network. Prints a line when all
 * of them listen. CONTROL is a unix socket that tells what the server of another origin has seen.
 */

const [control = ''] = process.argv.slice(2);
const stolen: string[] = [];

const other = createServer(async (request: IncomingMessage, response) => {
  const { method, url, headers } = request;
  stolen.push(JSON.stringify({ method, url, headers, body: await text(request) }));
  const digest = /sha256:[0-9a-f]{64}/.exec(url ?? '')?.[0] ?? '';
  response.end(goodImage.blobs.get(digest) ?? '{"token":"stolen"}');
});

async function listen(server: Server, at: number | string): Promise<void> {
  if (typeof at === 'string') server.listen(at);
  else server.listen(at, '127.0.0.1');
  await once(server, 'listening');
}

await listen(createServer(serveArchives), ARCHIVE_PORT);
await listen(createServer(serveRegistries), REGISTRY_PORT);
await listen(createServer(serveImages), IMAGE_PORT);
await listen(other, OTHER_PORT);
await listen(
  createServer((_, response) => response.end(stolen.join('\n'))),
  control,
);
const names = createSocket('udp4', (message) => stolen.push(`name ${message.toString('latin1')}`));
names.bind(53, NAME_SERVER);
await once(names, 'listening');
console.log('listening');
