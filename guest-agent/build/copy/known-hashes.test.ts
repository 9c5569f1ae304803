import { expect, test } from 'vitest';
import { tarMember } from '../../store/tar/member.ts';
import { KnownHashes } from './known-hashes.ts';

const fileOf = (text: string, identity?: string) => ({
  member: tarMember({ name: 'a', type: 'file', size: text.length }),
  ...{ content: [Buffer.from(text)], identity },
});

/** A file whose content can't be read. */
const unreadable = (identity: string) => ({
  ...fileOf('', identity),
  get content(): Buffer[] {
    throw new Error('was read');
  },
});

test('a file that stays the same is read once', async () => {
  const hashes = new KnownHashes();
  const hash = await hashes.ofContent(fileOf('text', '1:2 4 5 6'));
  expect(await hashes.ofContent(unreadable('1:2 4 5 6'))).toBe(hash);
  expect(await hashes.ofContent(fileOf('other', '1:2 4 5 7'))).not.toBe(hash);
});

test('a file that nothing tells apart is read each time', async () => {
  const hashes = new KnownHashes();
  const hash = await hashes.ofContent(fileOf('text'));
  expect(await hashes.ofContent(fileOf('other'))).not.toBe(hash);
});

test('the hashes that were used last are kept', async () => {
  const hashes = new KnownHashes(2);
  let computed = 0;
  const once = (key: string) => hashes.once(key, async () => `${key}${++computed}`);
  for (const key of ['a', 'b', 'a', 'c']) await once(key);
  expect(await once('a')).toBe('a1');
  expect(await once('b')).toBe('b4');
});

test('a failed computation isn’t kept', async () => {
  const hashes = new KnownHashes();
  const failing = async () => {
    throw new Error('no such file');
  };
  await expect(hashes.once('a', failing)).rejects.toThrow('no such file');
  expect(await hashes.once('a', async () => 'hash')).toBe('hash');
});

test('files of the same layers are read once, and files without layers each time', async () => {
  const hashes = new KnownHashes();
  let reads = 0;
  const read = async () => `hash ${++reads}`;
  for (const layers of [['a'], ['a'], ['a', 'b'], undefined, undefined]) {
    await hashes.ofFiles(layers, ['COPY', 'x'], read);
  }
  expect(reads).toBe(4);
  expect(await hashes.ofFiles(['a'], ['COPY', 'x'], read)).toBe('hash 1');
  expect(await hashes.ofFiles(['a'], ['COPY', 'y'], read)).toBe('hash 5');
});
