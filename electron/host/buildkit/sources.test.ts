import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSources } from './sources.ts';

const authorizations: (string | undefined)[] = [];
const server = createServer((request, response) => {
  authorizations.push(request.headers.authorization);
  if (request.url === '/cut/Dockerfile') {
    response.writeHead(200, { 'content-length': 100 });
    response.write('FROM', () => response.destroy());
    return;
  }
  response.statusCode = request.url === '/a/Dockerfile' ? 200 : 404;
  response.end('FROM box\n');
});
let address = '';

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const stdin = Readable.from([]);

test.each([tmpdir(), 'https://example.com/a.git'])(
  'a Dockerfile on the web for %s',
  async (context) => {
    await using sources = await openSources({
      context,
      dockerfile: `${address}/a/Dockerfile`,
      stdin,
    });
    const directory = sources.directories.get('dockerfile') ?? '';
    expect(await readFile(join(directory, sources.attributes.filename ?? ''), 'utf8')).toBe(
      'FROM box\n',
    );
  },
);

test('a Dockerfile that the server does not have', async () => {
  const dockerfile = `${address.replace('//', '//me:s3cret@')}/none?token=s3cret`;
  const failure = openSources({ context: tmpdir(), dockerfile, stdin });
  await expect(failure).rejects.not.toThrow('s3cret');
  await expect(failure).rejects.toThrow('the server answered with status 404');
  expect(authorizations.at(-1)).toBe(`Basic ${Buffer.from('me:s3cret').toString('base64')}`);
});

test('a Dockerfile that the server sends only in part', async () => {
  const dockerfile = `${address}/cut/Dockerfile`;
  await expect(openSources({ context: tmpdir(), dockerfile, stdin })).rejects.toThrow(
    `failed to read the Dockerfile ${dockerfile}: `,
  );
});
