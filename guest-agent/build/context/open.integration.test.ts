import { lstat, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { type TarEntry, writeTar } from '../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { openContext } from './open.ts';

const { signal } = new AbortController();
const dockerfile: TarEntry = { name: 'Dockerfile', content: 'FROM x\n' };

async function open(body: Buffer, name = '', remote = '') {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  const context = await openContext(
    { body: Readable.from([body]), remote },
    directory.path,
    name,
    signal,
  );
  return { ...context, outside: directory.path };
}

test('unpacks the context, and reads the Dockerfile', async () => {
  const tar = writeTar([
    dockerfile,
    { name: './sub/other', content: 'FROM y\n' },
    { name: 'run', mode: 0o755, content: '#!' },
    { name: 'link', type: 'symlink', target: '/etc/passwd' },
  ]);
  const { root, dockerfile: text } = await open(gzipSync(tar), 'sub/other');
  expect(text).toBe('FROM y\n');
  expect((await readdir(root)).sort()).toEqual(['Dockerfile', 'link', 'run', 'sub']);
  expect((await lstat(join(root, 'run'))).mode & 0o777).toBe(0o755);
});

test.each<[string, TarEntry[]]>([
  ['a name that climbs', [{ name: '../evil', content: 'x' }]],
  ['a name that climbs later', [{ name: 'a/../../evil', content: 'x' }]],
  [
    'a link that climbs',
    [
      { name: 'out', type: 'symlink', target: '..' },
      { name: 'out/evil', content: 'x' },
    ],
  ],
  [
    'an absolute link',
    [
      { name: 'out', type: 'symlink', target: '/tmp' },
      { name: 'out/evil-berth', content: 'x' },
    ],
  ],
  ['a hard link to the outside', [{ name: 'hard', type: 'link', target: '../../etc/passwd' }]],
])('%s leads nowhere', async (_, entries) => {
  const opened = await open(writeTar([dockerfile, ...entries])).catch((error: Error) => error);
  if (!(opened instanceof Error)) expect(await readdir(opened.outside)).toEqual(['context']);
  await expect(lstat('/tmp/evil-berth')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a Dockerfile is never read through a link to the outside', async () => {
  const link: TarEntry = { name: 'Dockerfile', type: 'symlink', target: '/etc/passwd' };
  await expect(open(writeTar([link]))).rejects.toThrow(
    'Cannot locate specified Dockerfile: Dockerfile',
  );
  await expect(open(writeTar([dockerfile]), '../../../etc/passwd')).rejects.toThrow(
    'Cannot locate specified Dockerfile',
  );
});

test('.dockerignore also applies to files that every client sends', async () => {
  const ignore: TarEntry = { name: '.dockerignore', content: 'Dockerfile\n.dockerignore\n' };
  const { root, dockerfile: text } = await open(
    writeTar([dockerfile, ignore, { name: 'a', content: '' }]),
  );
  expect(text).toBe('FROM x\n');
  expect(await readdir(root)).toEqual(['a']);
});

test.each([
  [Buffer.from('no tar at all'), 'unexpected EOF'],
  [writeTar([{ name: 'Dockerfile', content: '' }]), 'the Dockerfile (Dockerfile) cannot be empty'],
  [writeTar([]), 'Cannot locate specified Dockerfile: Dockerfile'],
])('rejects %#', async (body, message) => {
  await expect(open(body)).rejects.toThrow(message);
});

test('a remote context is a tar or a single Dockerfile', async () => {
  const tar = gzipSync(writeTar([dockerfile, { name: 'file', content: 'one' }]));
  const server = createServer(({ url }, response) => {
    if (url === '/tar') response.end(tar);
    else if (url === '/text') response.end('FROM remote\n');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { root } = await open(Buffer.alloc(0), '', `${base}/tar`);
  expect(await readFile(join(root, 'file'), 'utf8')).toBe('one');
  expect((await open(Buffer.alloc(0), '', `${base}/text`)).dockerfile).toBe('FROM remote\n');
  await expect(open(Buffer.alloc(0), '', `${base}/none`)).rejects.toThrow('with status 404');
  await expect(open(Buffer.alloc(0), '', 'https://example.test/a.git')).rejects.toThrow(
    'a git repository has to be cloned first',
  );
});
