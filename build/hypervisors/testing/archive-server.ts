import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Archive } from '../pins.ts';

/** A stand-in for the servers that archives come from. */
export interface ArchiveServer {
  /** The pin of an archive that the server has from now on. */
  add(name: string, content: Buffer): Archive;
  /** The requests so far: paths, with the range if there was one. */
  readonly requests: string[];
  /** The next answer stops after this number of bytes. The returned function ends its connection. */
  stopAfter(bytes: number): () => void;
  /** Answers whole files, whatever the range. */
  ignoreRanges(): void;
  readonly url: string;
}

export async function startArchiveServer(): Promise<ArchiveServer> {
  const contents = new Map<string, Buffer>();
  const requests: string[] = [];
  let stop: number | undefined;
  let end = () => {};
  let ranges = true;
  const server = createServer((request, response) => {
    const { range } = request.headers;
    requests.push([request.url, ...(range ? [range] : [])].join(' '));
    const content = contents.get(request.url ?? '');
    if (!content) return response.writeHead(404).end();
    const start = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    if (start > 0 && start >= content.length) return response.writeHead(416).end();
    const body = content.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length });
    if (stop === undefined) return response.end(body);
    response.write(body.subarray(0, stop));
    end = () => request.socket.destroy();
    stop = undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    stopAfter: (bytes) => {
      stop = bytes;
      return () => end();
    },
    ignoreRanges: () => {
      ranges = false;
    },
    add(name, content) {
      contents.set(`/${name}`, content);
      return {
        ...{ name: name.replace(/\..*/, ''), version: '1.0', url: `${url}/${name}` },
        digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
        ...{ license: 'GPL-2.0-only', source: `${url}/source`, recordedFrom: 'the test' },
      };
    },
  };
}
