import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../../errors.ts';
import { parseReference } from '../../../registry/reference.ts';
import { sha256 } from '../../../store/digest.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { writeTar } from '../../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import type { ImageConfig } from '../store/image.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import { importImage } from './import.ts';

const tar = writeTar([{ name: 'file', content: 'content' }]);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let fixture: ImagesFixture;

beforeEach(async () => {
  directory = await temporaryDirectory();
  fixture = await openImages(directory.path, new MemoryLayers());
});
afterEach(() => directory[Symbol.asyncDispose]());

async function importFrom(
  source: string,
  bytes: Uint8Array = Buffer.alloc(0),
  change = (config: ImageConfig) => config,
) {
  const request = {
    ...{ source, change, message: '', name: parseReference('made:1') },
    body: Readable.from([bytes], { objectMode: false }),
    platform: { os: 'linux', architecture: 'arm64' },
  };
  const messages: { status: string }[] = [];
  const { signal } = new AbortController();
  for await (const one of importImage(fixture.images, request, signal)) messages.push(one);
  return messages;
}

test('a compressed tar becomes an image of one layer', async () => {
  const messages = await importFrom('-', gzipSync(tar), (config) => ({
    ...config,
    Cmd: ['/file'],
  }));
  const image = fixture.images.resolve('made:1');
  expect(messages).toEqual([{ status: image.id }]);
  expect(image).toMatchObject({
    ...{ layers: [sha256(tar)], architecture: 'arm64', config: { Cmd: ['/file'] } },
    document: { comment: 'Imported from -' },
  });
  expect(fixture.events.past().at(-1)).toMatchObject({ action: 'import', id: image.id });
});

test('a URL is fetched, and a missing file is reported', async () => {
  const server = createServer(({ url }, response) => {
    if (url === '/made.tar') response.end(tar);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  try {
    const messages = await importFrom(`${host}/made.tar`);
    expect(messages[0]).toEqual({ status: `Downloading from ${host}/made.tar` });
    expect(fixture.images.resolve('made:1').layers).toEqual([sha256(tar)]);
    await expect(importFrom(`${host}/nothing`)).rejects.toThrow('404');
  } finally {
    server.close();
  }
});

test('a rejected change creates no image', async () => {
  const refuse = () => {
    throw new EngineError('invalid', 'no');
  };
  await expect(importFrom('-', tar, refuse)).rejects.toMatchObject({ code: 'invalid' });
  expect(fixture.images.store.list()).toEqual([]);
});
