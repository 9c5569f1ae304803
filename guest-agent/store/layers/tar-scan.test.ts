import { expect, test } from 'vitest';
import { type TarEntry, writeTar } from '../testing/tar-writer.ts';
import { BLOCK, parseHeader } from './tar-header.ts';
import { TarScan } from './tar-scan.ts';

function scan(tar: Buffer, chunkSize = tar.length) {
  const scan = new TarScan();
  for (let at = 0; at < tar.length; at += chunkSize) scan.write(tar.subarray(at, at + chunkSize));
  const { end, trailer } = scan.finish();
  const names: string[] = [];
  for (let at = 0; at < trailer.length - 2 * BLOCK; at += BLOCK) {
    const { name, type, size } = parseHeader(trailer.subarray(at, at + BLOCK));
    if (type === 'L') {
      names.push(trailer.toString('latin1', at + BLOCK, at + BLOCK + size - 1));
      at += 2 * BLOCK;
    } else {
      names.push(name);
    }
  }
  return { end, names };
}

const file = (name: string | Buffer, content = 'x'): TarEntry => ({ name, content });

test('finds the directories that have no entry, wherever the chunks are cut', () => {
  const tar = writeTar([
    file('a/b/c'),
    { name: 'a/', type: 'directory' },
    file('./d/e', 'x'.repeat(2000)),
    { name: 'link', type: 'symlink', target: 'nowhere/at/all' },
    file(`${'x'.repeat(150)}/y`),
  ]);
  const expected = scan(tar);
  expect(expected.end).toBe(tar.length - 2 * BLOCK);
  expect(expected.names).toEqual(['./', 'a/b/', 'd/', `${'x'.repeat(150)}/`]);
  for (const size of [1, 7, 511, 512, 513, 1000]) expect(scan(tar, size)).toEqual(expected);
});

test('says nothing where everything is named', () => {
  const tar = writeTar([
    { name: './', type: 'directory' },
    { name: './a/', type: 'directory' },
    file('./a/b'),
  ]);
  expect(scan(tar).names).toEqual([]);
});

test('keeps names that are not UTF-8', () => {
  const tar = writeTar([file(Buffer.from('caf\xe9/x', 'latin1'))]);
  expect(scan(tar).names).toEqual(['./', 'caf\xe9/']);
});

test('does not take a name cut off after a slash for a directory', () => {
  const tar = writeTar([file(`${'long/'.repeat(40)}file`, 'content')]);
  expect(scan(tar).end).toBe(tar.length - 2 * BLOCK);
});

test('looks no further than the end mark', () => {
  const tar = Buffer.concat([writeTar([file('a')]), Buffer.from('what is this?')]);
  expect(scan(tar).end).toBe(2 * BLOCK);
});

test.each([
  ['garbage', Buffer.alloc(2048, 'garbage')],
  ['half a header', writeTar([file('a')]).subarray(0, 300)],
  ['half a file', writeTar([file('a', 'x'.repeat(2000))]).subarray(0, 1024)],
  ['a long name without its file', writeTar([file('x'.repeat(150))]).subarray(0, 1024)],
  ['a header of a gigabyte', hugeHeader()],
])('refuses %s', (_, tar) => {
  expect(() => scan(tar)).toThrow(/isn't a valid tar/);
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
