import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

/** A server with one new version of the app for Linux, as electron-builder would publish it. */
export interface UpdateFeed {
  readonly url: string;
  /** What the next requests get. */
  behavior: 'works' | 'silent' | 'unavailable' | 'missing' | 'wrong digest';
  /** The parts of the file that may be sent: the download waits in between. */
  allow(parts: number): void;
  stop(): Promise<void>;
}

export const newVersion = '9.9.9';
const file = 'Berth.AppImage';

/**
 * The new version is a script that writes its own name into `ran`. It is padded to four parts of
 * equal length.
 */
export async function startUpdateFeed(ran: string): Promise<UpdateFeed> {
  const script = `#!/bin/sh\necho "$0 of ${newVersion}" > '${ran}'\nexit 0\n`;
  const content = Buffer.concat([Buffer.from(script), Buffer.alloc(1 << 20, '#')]);
  const sha512 = createHash('sha512').update(content).digest('base64');
  let allowed = 0;
  const feed = { behavior: 'works' as UpdateFeed['behavior'] };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://feed').pathname;
    if (feed.behavior === 'silent') request.destroy();
    else if (feed.behavior === 'unavailable') response.writeHead(503).end('{"secret":"header"}');
    else if (path === '/latest-linux.yml' && feed.behavior !== 'missing') {
      const digest = feed.behavior === 'wrong digest' ? sha512.replace(/^.{4}/, 'AAAA') : sha512;
      const files = [{ url: file, sha512: digest, size: content.length }];
      response.end(stringify({ version: newVersion, files, path: file, sha512: digest }));
    } else if (path === `/${file}` && request.headers.range === undefined) {
      response.writeHead(200, { 'content-length': content.length });
      send(response).catch(() => response.destroy());
    } else response.writeHead(404).end();
  });
  const send = async (response: ServerResponse) => {
    const length = Math.ceil(content.length / 4);
    for (let part = 0; part < 4; part += 1) {
      // The updater reports its progress only once a second.
      if (part > 0) await sleep(1_100);
      while (allowed <= part) await sleep(20);
      response.write(content.subarray(part * length, (part + 1) * length));
    }
    response.end();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(feed, {
    url: `http://127.0.0.1:${port}`,
    allow: (parts: number) => {
      allowed = parts;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
}
