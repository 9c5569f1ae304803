import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { berthVersion } from '../../base/berth-version.ts';
import { guestArchitecture } from '../../home/resources.ts';
import type { FeedImage } from '../feed.ts';

/** How the server answers requests for a file. */
export interface Behaviour {
  /** Ends the connection after this number of bytes of each answer. */
  cutAfter?: number;
  /** Ignores ranges and sends the whole file. */
  ignoresRanges?: boolean;
  /** Sends other bytes of the same length. */
  falsifies?: boolean;
  /** Sends a few bytes more. */
  appends?: boolean;
  /** Waits so long between two blocks, in milliseconds. */
  pauseMs?: number;
  /** Sends nothing after the head. */
  hangs?: boolean;
  status?: number;
}

export interface FeedServer extends AsyncDisposable {
  readonly address: string;
  readonly behaviour: Behaviour;
  /** The paths and ranges of requests for files. */
  readonly requests: { path: string; range: string | undefined }[];
  /**
   * Publishes an image with random content. Its ID is its version. The list has `path` instead of the
   * paths of its files.
   */
  publish(
    version: string,
    options?: Partial<FeedImage> & { dataFormat?: number },
    path?: string,
  ): void;
}

const blockSize = 16 * 1024;

/** A server of VM images, as a release publishes them. */
export async function startFeedServer(): Promise<FeedServer> {
  const images: FeedImage[] = [];
  const contents = new Map<string, Buffer>();
  const behaviour: Behaviour = {};
  const requests: FeedServer['requests'] = [];

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (path === '/vm-images.json') {
      response.end(JSON.stringify({ format: 1, images }));
      return;
    }
    requests.push({ path, range: request.headers.range });
    const content = contents.get(path);
    if (!content || behaviour.status) {
      response.writeHead(behaviour.status ?? 404).end();
      return;
    }
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const start = asked && !behaviour.ignoresRanges ? Number(asked) : 0;
    const answer = answerOf(content, behaviour).subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': answer.length });
    response.flushHeaders();
    if (behaviour.hangs) return;
    for (let sent = 0; sent < answer.length && !response.destroyed; sent += blockSize) {
      const end = Math.min(sent + blockSize, behaviour.cutAfter ?? Infinity);
      await new Promise((resolve) => response.write(answer.subarray(sent, end), resolve));
      if (behaviour.cutAfter !== undefined && end >= behaviour.cutAfter) {
        response.destroy();
        return;
      }
      if (behaviour.pauseMs) await sleep(behaviour.pauseMs);
    }
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    address: `http://127.0.0.1:${port}/vm-images.json`,
    ...{ behaviour, requests },
    publish(version, { dataFormat = 1, ...options } = {}, listed) {
      const artefact = { size: 0, sha256: '' };
      const artefacts = { kernel: artefact, initrd: artefact, 'root.erofs': artefact };
      const files: [FeedImage['files'][number]['name'], Buffer][] = [
        ['kernel', randomBytes(40_000)],
        ['initrd', randomBytes(5_000)],
        ['root.erofs', randomBytes(300_000)],
        [
          'manifest.json',
          Buffer.from(JSON.stringify({ inputs: version, version, dataFormat, artefacts })),
        ],
      ];
      images.push({
        version,
        architecture: guestArchitecture(),
        minimumBerthVersion: berthVersion,
        files: files.map(([name, content]) => {
          const path = `/${version}/${name}`;
          contents.set(path, content);
          const sha256 = createHash('sha256').update(content).digest('hex');
          return { name, path: listed ?? `.${path}`, size: content.length, sha256 };
        }),
        ...options,
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerOf(content: Buffer, { falsifies, appends }: Behaviour): Buffer {
  if (falsifies) return Buffer.alloc(content.length, 'x');
  return appends ? Buffer.concat([content, Buffer.from('more')]) : content;
}
