import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ClientStore } from '../../../guest-agent/buildkit/session/content-store.ts';
import { serve } from '../../../guest-agent/buildkit/testing/test-client.ts';
import { sha256 } from '../../../guest-agent/store/digest.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { openLocalCaches } from './local-caches.ts';

const { signal } = new AbortController();
const local = (Attrs: Record<string, string>) => ({ Type: 'local', Attrs });
const content = Buffer.alloc(3 << 20, 'cached');
const digest = sha256(content);
const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 7 };
const response = { 'cache.manifest': JSON.stringify(manifest) };

async function* pieces(bytes: Buffer) {
  yield bytes.subarray(0, 100);
  yield bytes.subarray(100);
}

test('the engine writes a cache into a directory, and reads it in a later build', async () => {
  await using directory = await temporaryDirectory();
  const dest = join(directory.path, 'new/cache');
  const first = await openLocalCaches([], [local({ dest })]);
  {
    await using client = await serve(first.services);
    const store = new ClientStore(client.session, `local:${dest}`, signal);
    await store.write({ digest, size: content.length }, pieces(content));
    // Another build may write the same blob.
    await store.write({ digest, size: content.length }, pieces(content));
  }
  await first.finish(response);
  expect(JSON.parse(await readFile(join(dest, 'index.json'), 'utf8'))).toMatchObject({
    manifests: [{ ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'latest' } }],
  });
  const second = await openLocalCaches([local({ src: dest })], []);
  expect(second.imports).toEqual([local({ src: dest, digest })]);
  await using client = await serve(second.services);
  const store = new ClientStore(client.session, `local:${dest}`, signal);
  expect((await buffer(Readable.from(store.read(digest)))).equals(content)).toBe(true);
});

test('a blob that is cut off or damaged leaves nothing behind', async () => {
  await using directory = await temporaryDirectory();
  const dest = join(directory.path, 'cache');
  const { services } = await openLocalCaches([], [local({ dest })]);
  await using client = await serve(services);
  const store = new ClientStore(client.session, `local:${dest}`, signal);
  const other = Buffer.from('other');
  await expect(store.write({ digest, size: other.length }, pieces(other))).rejects.toThrow(
    'unexpected commit digest',
  );
  expect(await readdir(join(dest, 'blobs/sha256'))).toEqual([]);
});

test('only the directories that the user named are open to the engine', async () => {
  await using directory = await temporaryDirectory();
  const dest = join(directory.path, 'c');
  const { services } = await openLocalCaches([], [local({ dest })]);
  await using client = await serve(services);
  const read = (name: string, wanted: string) =>
    buffer(Readable.from(new ClientStore(client.session, name, signal).read(wanted)));
  await expect(read('local:/etc', digest)).rejects.toThrow('no content store local:/etc');
  await expect(read(`local:${dest}`, '../../passwd')).rejects.toThrow('invalid digest');
});

test('caches have names in their directory, and a build can go without a missing cache', async () => {
  await using directory = await temporaryDirectory();
  const dest = directory.path;
  await (await openLocalCaches([], [local({ dest })])).finish(response);
  const newer = { 'cache.manifest': JSON.stringify({ ...manifest, digest: sha256('newer') }) };
  await (await openLocalCaches([], [local({ dest, tag: 'two' })])).finish(newer);
  const open = (attributes: Record<string, string>) => openLocalCaches([local(attributes)], []);
  expect((await open({ src: dest, tag: 'two' })).imports[0]?.Attrs.digest).toBe(sha256('newer'));
  expect((await open({ src: dest })).imports[0]?.Attrs.digest).toBe(digest);
  expect((await open({ src: dest, tag: 'three' })).imports).toEqual([]);
  expect((await open({ src: join(dest, 'nosuch') })).imports).toEqual([]);
  await expect(open({})).rejects.toThrow('local cache importer requires src');
  await expect(openLocalCaches([], [local({})])).rejects.toThrow('requires dest');
});
