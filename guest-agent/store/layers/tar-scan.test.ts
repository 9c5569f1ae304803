import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { BLOCK } from '../tar/header.ts';
import type { TarMember } from '../tar/member.ts';
import { readTar } from '../tar/reader.ts';
import { hostileTar, seededRandom } from '../testing/hostile-tars.ts';
import { type TarEntry, writeTar } from '../testing/tar-writer.ts';
import { TarScan } from './tar-scan.ts';

/** The outline of a scan, as a tar whose files are all holes, and the offset of its trailer. */
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

async function membersIn(tar: Buffer): Promise<TarMember[]> {
  const members: TarMember[] = [];
  for await (const { member } of readTar(Readable.from([tar]))) members.push(member);
  return members;
}

/** The directories in the trailer. */
async function scan(tar: Buffer, chunkSize = tar.length) {
  const { end, outline } = outlineOf(tar, chunkSize);
  return { end, names: (await membersIn(outline.subarray(end))).map(({ name }) => name) };
}

const file = (name: string | Buffer, content = 'x'): TarEntry => ({ name, content });

test('finds directories without an entry, for any chunk size', async () => {
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

test('adds no directories if all have entries', async () => {
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

test('does not mistake a name that is cut off after a slash for a directory', async () => {
  const tar = writeTar([file(`${'long/'.repeat(40)}file`, 'content')]);
  expect((await scan(tar)).end).toBe(tar.length - 2 * BLOCK);
});

test('ignores bytes after the end mark', async () => {
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

test('a name of half a million parts is rejected before its parts are counted', () => {
  expect(() => outlineOf(writeTar([file('a/'.repeat(500_000))]))).toThrow(
    'invalid tar: a name is longer than 4095 bytes',
  );
  const deepest = 'a/'.repeat(2047);
  expect(outlineOf(writeTar([file(`${deepest}f`)])).outline.length).toBeLessThan(16 << 20);
});

test('directories that appear only in longer names have a total limit', () => {
  const deep = (index: number) => file(`${index}/${'d/'.repeat(2000)}f`);
  const tar = writeTar(Array.from({ length: 20 }, (_, index) => deep(index)));
  expect(() => outlineOf(tar)).toThrow('invalid tar: it names too many directories');
});

test('the outline has the offsets of the tar, and nothing that readers interpret differently', async () => {
  const tar = writeTar([
    {
      ...{ name: 'redir/', type: 'directory', uid: 5 },
      pax: { 'SCHILY.xattr.trusted.overlay.redirect': '/etc', 'SCHILY.xattr.user.a': '1' },
    },
    { ...file('plain', 'x'.repeat(700)), pax: { size: '700', uid: '3000000', mtime: '7.25' } },
    { name: 'link', type: 'symlink', target: 'x'.repeat(300) },
  ]);
  const { end, outline } = outlineOf(tar);
  expect(end).toBe(tar.length - 2 * BLOCK);
  const [before, after] = await Promise.all([membersIn(tar), membersIn(outline)]);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(before[0]?.xattrs).toEqual({ 'user.a': Buffer.from('1') });
  expect(outline.includes('trusted.overlay')).toBe(true);
  expect(outline.includes(' SCHILY.xattr.trusted.overlay')).toBe(false);
});

test('both readers of tars agree on 2,000 hostile ones', { timeout: 120_000 }, async () => {
  let agreed = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const tar = hostileTar(seededRandom(seed));
    let outline: Buffer;
    try {
      outline = outlineOf(tar).outline;
    } catch (error) {
      expect([seed, error]).toEqual([seed, expect.objectContaining({ code: 'invalid' })]);
      // The other reader can accept or reject it, but must reject it in the same way.
      await membersIn(tar).catch((other) => expect([seed, other.code]).toEqual([seed, 'invalid']));
      continue;
    }
    const before = (await membersIn(tar)).map(comparable);
    const after = (await membersIn(outline)).map(comparable);
    expect([seed, after.slice(0, before.length)]).toEqual([seed, before]);
    agreed++;
  }
  expect(agreed).toBeGreaterThan(300);
});

/** Without the fields that the outline changes on purpose. */
function comparable({ name, mtime, ...member }: TarMember) {
  const path = posix.join('/', name);
  // In the outline, every whiteout is a file.
  const rest = posix.basename(path).startsWith('.wh.') ? {} : member;
  return { ...rest, path, mtime: Math.max(0, mtime) };
}

function hugeHeader(): Buffer {
  const block = writeTar([{ name: 'a' }]).subarray(0, BLOCK);
  block.write('10000000000\0', 124, 'latin1');
  block.write('x', 156, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
