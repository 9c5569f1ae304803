import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { publishedDigests } from './published-node.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

const record = { version: '24.1.0', published: 'node-v24.1.0-linux-x64.tar.gz' };
const program = 'the program'.repeat(100_000);
let served: Record<string, string | Buffer>;

beforeEach(async () => {
  const tar = pack();
  tar.entry({ name: 'node-v24.1.0-linux-x64/README.md' }, 'read me');
  tar.entry({ name: 'node-v24.1.0-linux-x64/bin/node' }, program);
  tar.entry({ name: 'node-v24.1.0-linux-x64/share/bin/node' }, 'another');
  tar.finalize();
  const archive = gzipSync(await buffer(tar));
  served = {
    '/v24.1.0/node-v24.1.0-linux-x64.tar.gz': archive,
    '/v24.1.0/win-x64/node.exe': program,
    '/v24.1.0/SHASUMS256.txt': [
      `${sha256(archive)}  node-v24.1.0-linux-x64.tar.gz`,
      `${sha256(program)}  win-x64/node.exe`,
      '',
    ].join('\n'),
  };
});

/** Serves what `served` has, as nodejs.org does. */
async function startMirror(): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const body = served[url];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('has the digests of an archive and of the program in it', async () => {
  expect(await publishedDigests(record, await startMirror())).toEqual({
    publishedSha256: sha256(served['/v24.1.0/node-v24.1.0-linux-x64.tar.gz'] ?? ''),
    sha256: sha256(program),
  });
});

it('a program that is published as it is has one digest', async () => {
  const published = 'win-x64/node.exe';
  expect(await publishedDigests({ ...record, published }, await startMirror())).toEqual({
    publishedSha256: sha256(program),
    sha256: sha256(program),
  });
});

it('refuses an archive that SHASUMS256.txt gives another digest', async () => {
  served['/v24.1.0/SHASUMS256.txt'] = `${'0'.repeat(64)}  ${record.published}\n`;
  await expect(publishedDigests(record, await startMirror())).rejects.toThrow(
    /linux-x64\.tar\.gz has the SHA-256 [0-9a-f]{64}, but SHASUMS256\.txt says 0{64}/,
  );
});

it('says what is not there', async () => {
  const mirror = await startMirror();
  await expect(publishedDigests({ ...record, version: '24.2.0' }, mirror)).rejects.toThrow(
    `${mirror}/v24.2.0/SHASUMS256.txt answers 404 Not Found`,
  );
  await expect(publishedDigests({ ...record, published: 'node.tar.gz' }, mirror)).rejects.toThrow(
    "SHASUMS256.txt doesn't list node.tar.gz",
  );
  await expect(publishedDigests(record, 'http://127.0.0.1:1')).rejects.toThrow(
    "can't reach http://127.0.0.1:1/v24.1.0/SHASUMS256.txt",
  );
});
