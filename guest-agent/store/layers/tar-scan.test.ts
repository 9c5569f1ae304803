import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { BLOCK } from '../tar/header.ts';
import { readTar } from '../tar/reader.ts';
import { type TarEntry, writeTar } from '../testing/tar-writer.ts';
import { TarScan } from './tar-scan.ts';

/** The outline that a scan gives, as one tar whose files are all holes, and where its trailer begins. */
function outlineOf(tar: Buffer, chunkSize = tar.length): { end: number; outline: Buffer } {
  const pieces: [number, Buffer][] = [];
  const scan = new TarScan((offset, bytes) => pieces.push([offset, bytes]));
  for (let at = 0; at < tar.length; at += chunkSize) scan.write(tar.subarray(at, at + chunkSize));
  const { end, trailer } = scan.finish();
  let offset = end;
  for (const bytes of trailer) {
    pieces.push([offset, bytes]);
    offset += bytes.length;
  }
  const outline = Buffer.alloc(offset);
  for (const [at, bytes] of pieces) bytes.copy(outline, at);
  return { end, outline };
}

async function namesIn(tar: Buffer): Promise<string[]> {
  const names: string[] = [];
  for await (const { member } of readTar(Readable.from([tar]))) names.push(member.name);
  return names;
}

/** The directories that the trailer names. */
async function scan(tar: Buffer, chunkSize = tar.length) {
  const { end, outline } = outlineOf(tar, chunkSize);
  return { end, names: await namesIn(outline.subarray(end)) };
}

const file = (name: string | Buffer, content = 'x'): TarEntry => ({ name, content });

test('finds the directories that have no entry, wherever the chunks are cut', async () => {
  const tar = writeTar([
    file('a/b/c'),
    { name: 'a/', type: 'directory' },
    file('./d/e', 'x'.repeat(2000)),
    { name: 'link', type: 'symlink', target: 'nowhere/at/all' },
    file(`${'x'.repeat(150)}/y`),
  ]);
  const expected = await scan(tar);
  expect(expected.end).toBe(tar.length - 2 * BLOCK);
  expect(expected.names).toEqual(['.', 'a/b', 'd', 'x'.repeat(150)]);
  for (const size of [1, 7, 511, 512, 513, 1000]) expect(await scan(tar, size)).toEqual(expected);
});

test('says nothing where everything is named', async () => {
  const tar = writeTar([
    { name: './', type: 'directory' },
    { name: './a/', type: 'directory' },
    file('./a/b'),
  ]);
  expect((await scan(tar)).names).toEqual([]);
});

test('keeps names that are not UTF-8', async () => {
  const tar = writeTar([file(Buffer.from('caf\xe9/x', 'latin1'))]);
  expect((await scan(tar)).names).toEqual(['.', 'caf\xe9']);
});

test('does not take a name cut off after a slash for a directory', async () => {
  const tar = writeTar([file(`${'long/'.repeat(40)}file`, 'content')]);
  expect((await scan(tar)).end).toBe(tar.length - 2 * BLOCK);
});

test('looks no further than the end mark', async () => {
  const tar = Buffer.concat([writeTar([file('a')]), Buffer.from('what is this?')]);
  expect((await scan(tar)).end).toBe(2 * BLOCK);
});

test.each([
  ['garbage', Buffer.alloc(2048, 'garbage')],
  ['half a header', writeTar([file('a')]).subarray(0, 300)],
  ['half a file', writeTar([file('a', 'x'.repeat(2000))]).subarray(0, 1024)],
  ['a long name without its file', writeTar([file('x'.repeat(150))]).subarray(0, 1024)],
  ['a header of a gigabyte', hugeHeader()],
])('refuses %s', (_, tar) => {
  expect(() => outlineOf(tar)).toThrow(/invalid tar: /);
});

function hugeHeader(): Buffer {
  const block = writeTar([{ name: 'a' }]).subarray(0, BLOCK);
  block.write('10000000000\0', 124, 'latin1');
  block.write('x', 156, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
