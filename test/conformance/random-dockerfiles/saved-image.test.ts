import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { expect, it } from 'vitest';
import { addLayer } from './saved-image.ts';

async function layer(...names: readonly string[]): Promise<Buffer> {
  const tar = pack();
  for (const name of names) tar.entry({ name, mtime: new Date('2020-01-02') }, 'text');
  tar.finalize();
  return await buffer(tar);
}

it('removes what the whiteouts of a later layer name', async () => {
  const root = new Map<string, string>();
  await addLayer(root, await layer('a', 'd/x', 'd/y/z', 'e/x'));
  await addLayer(root, await layer('.wh.a', 'd/new', 'd/.wh..wh..opq', './e/.wh.x'));
  expect([...root.keys()]).toEqual(['d/new']);
});

it('describes a file with its mode, its owner and its old time', async () => {
  const root = new Map<string, string>();
  await addLayer(root, await layer('a'));
  expect(root.get('a')).toBe('file 644 0:0 4 bytes 982d9e3eb996 2020-01-02T00:00:00.000Z');
});
