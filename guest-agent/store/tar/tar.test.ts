import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { directoryEntry } from '../layers/tar-scan.ts';
import { tarWithPax } from '../testing/hostile-tars.ts';
import { writeTar as writeForeignTar } from '../testing/tar-writer.ts';
import { type TarMember, tarMember } from './member.ts';
import { readTar } from './reader.ts';
import { type TarItem, writeTar } from './writer.ts';

async function read(tar: Buffer, chunk = 1000): Promise<{ member: TarMember; text: string }[]> {
  const chunks = Array.from({ length: Math.ceil(tar.length / chunk) }, (_, i) =>
    tar.subarray(i * chunk, (i + 1) * chunk),
  );
  const found: { member: TarMember; text: string }[] = [];
  for await (const { member, content } of readTar(Readable.from(chunks))) {
    found.push({ member, text: (await buffer(content)).toString('latin1') });
  }
  return found;
}

const write = (items: TarItem[]) => buffer(Readable.from(writeTar(items)));

test('members are read as they were written, to the last byte of a name', async () => {
  const members = [
    tarMember({ name: 'plain', type: 'file', mode: 0, uid: 1, gid: 2, mtime: 3 }),
    tarMember({ name: `${'deep/'.repeat(60)}end`, type: 'directory', mode: 0o1777 }),
    tarMember({ name: 'latin-\xe9\xff', type: 'symlink', target: `../\xfe${'x'.repeat(150)}` }),
    tarMember({ name: 'huge-ids', type: 'file', uid: 3_000_000, gid: 4_294_967_294 }),
    tarMember({ name: 'before-1970', type: 'file', mtime: -5 }),
    tarMember({ name: 'hard', type: 'link', target: 'plain' }),
    tarMember({ name: 'disk', type: 'block', device: [259, 300] }),
    tarMember({ name: 'pipe', type: 'fifo' }),
    tarMember({
      ...{ name: 'able', type: 'file' },
      xattrs: { 'security.capability': Buffer.from([1, 0, 0xff, 10, 61]) },
    }),
  ];
  const tar = await write(members.map((member) => ({ member })));
  expect(tar.length % 512).toBe(0);
  expect((await read(tar)).map(({ member }) => member)).toEqual(members);
});

test('content is read or skipped correctly for any chunk size', async () => {
  const items = ['a', 'bb'.repeat(700), ''].map((text, index) => ({
    member: tarMember({ name: String(index), type: 'file', size: text.length }),
    content: [Buffer.from(text)],
  }));
  const tar = await write(items);
  for (const portion of [1, 511, 100_000]) {
    expect((await read(tar, portion)).map(({ text }) => text.length)).toEqual([1, 1400, 0]);
  }
  const names: string[] = [];
  for await (const { member } of readTar(Readable.from([tar]))) names.push(member.name);
  expect(names).toEqual(['0', '1', '2']);
});

test('reads tars of other tools: GNU’s long names, directories marked only by a slash', async () => {
  const long = 'n'.repeat(150);
  const [gnu] = await read(Buffer.concat([directoryEntry(long), Buffer.alloc(1024)]));
  expect(gnu?.member).toMatchObject({ name: long, type: 'directory' });
  const [old] = await read(writeForeignTar([{ name: 'old/' }]));
  expect(old?.member).toMatchObject({ name: 'old', type: 'directory' });
});

test.each([
  ['without the end mark', 1536],
  ['without all of the last padding', 1100],
  ['without the last padding', 1025],
])('a tar %s is accepted', async (_, length) => {
  const tar = writeForeignTar([{ name: 'file', content: 'x'.repeat(513) }]);
  expect((await read(tar.subarray(0, length))).map(({ text }) => text.length)).toEqual([513]);
});

test.each([
  ['in a header', 300],
  ['in content', 700],
])('a tar that is cut %s is rejected', async (_, length) => {
  const tar = writeForeignTar([{ name: 'file', content: 'x'.repeat(513) }]);
  await expect(read(tar.subarray(0, length))).rejects.toMatchObject({
    ...{ code: 'invalid', message: 'unexpected EOF' },
  });
});

test.each([
  ['of length 0', '0 a=b\n'],
  ['shorter than its own beginning', '3 a=b\n'],
  ['of a negative length', '-6 a=b\n'],
  ['without a length', ' a=b\n'],
  ['of a length that isn’t a number', 'x a=b\n'],
  ['longer than the header', '60 a=b\n'],
  ['without a line feed', '6 a=b '],
  ['without an equals sign', '6 abc\n'],
  ['without a key', '5 =b\n'],
  ['with a blank before its key', '7  a=b\n'],
  ['and 5,000 more', '6 a=b\n'.repeat(5001)],
])('a pax record %s is rejected', async (_, data) => {
  await expect(read(tarWithPax(data))).rejects.toMatchObject({
    ...{ code: 'invalid', message: expect.stringMatching(/^invalid tar: an extended header has/) },
  });
});

test.each([
  ['a time that isn’t a number', { mtime: 'abc' }, 'modification time'],
  ['a user ID beyond 32 bits', { uid: '4294967296' }, 'user ID 4294967296'],
  ['a negative group ID', { gid: '-1' }, 'group ID -1'],
  ['a NUL byte in its name', { path: 'a\0b' }, 'a NUL byte'],
  ['a part of 256 bytes in its name', { path: `a/${'x'.repeat(256)}` }, 'longer than'],
  ['a name of 4,096 bytes', { path: 'x/'.repeat(2048) }, 'longer than'],
  ['holes', { 'GNU.sparse.major': '1' }, 'sparse'],
])('a member with %s is rejected', async (_, pax, reason) => {
  const tar = writeForeignTar([{ name: 'file', content: 'x', pax: pax as Record<string, string> }]);
  await expect(read(tar)).rejects.toMatchObject({
    ...{ code: 'invalid', message: expect.stringContaining(reason) },
  });
});

test('a record without a value doesn’t override the header', async () => {
  const [file] = await read(writeForeignTar([{ name: 'file', content: 'x', pax: { path: '' } }]));
  expect(file?.member.name).toBe('file');
});
