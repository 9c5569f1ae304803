import { expect, test } from 'vitest';
import { sha256 } from '../../store/digest.ts';
import type { CacheSource } from './cache-source.ts';
import { readCache } from './read-cache.ts';

const { signal } = new AbortController();
const index = 'application/vnd.oci.image.index.v1+json';
const manifest = 'application/vnd.oci.image.manifest.v1+json';

/** A registry whose documents are by digest. Counts the requests. */
function registry() {
  const documents = new Map<string, Buffer>();
  let requests = 0;
  const read = (digest: string): Buffer => {
    requests += 1;
    return documents.get(digest) ?? Buffer.alloc(0);
  };
  const source: CacheSource = {
    manifest: async (digest) => read(digest),
    blob: async function* ({ digest }) {
      yield read(digest);
    },
  };
  const add = (mediaType: string, document: object) => {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = sha256(bytes);
    documents.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  return { source, add, requests: () => requests };
}

/** An image whose configuration has a list of steps, of which `pad` is some text. */
function image({ add }: ReturnType<typeof registry>, pad: string) {
  const records = [{ digest: `sha256:${'1'.repeat(64)}`, pad }];
  const config = add('application/vnd.oci.image.config.v1+json', {
    rootfs: { diff_ids: [] },
    'moby.buildkit.cache.v0': Buffer.from(JSON.stringify(records)).toString('base64'),
  });
  return add(manifest, { schemaVersion: 2, config, layers: [] });
}

const read = (source: CacheSource, manifests: readonly object[]) =>
  readCache(
    { source, top: Buffer.from(JSON.stringify({ mediaType: index, manifests })) },
    () => {},
    signal,
  );

test('the images of an index have lists of steps inside', async () => {
  const hub = registry();
  const lists = await read(hub.source, [image(hub, 'a'), image(hub, 'b')]);
  expect(lists).toHaveLength(2);
  expect(lists[0]?.find('1'.repeat(64))).toBeDefined();
});

test('indexes of indexes do not lead to any number of requests', async () => {
  const hub = registry();
  const one = image(hub, '');
  const inner = Array.from({ length: 90 }, (_, number) =>
    hub.add(index, { number, manifests: Array.from({ length: 90 }, () => one) }),
  );
  expect((await read(hub.source, inner)).length).toBeLessThanOrEqual(100);
  expect(hub.requests()).toBeLessThanOrEqual(300);
});

test('the lists of many images do not fill the memory', async () => {
  const hub = registry();
  const images = Array.from({ length: 20 }, (_, number) =>
    image(hub, `${number}${'x'.repeat(3 << 20)}`),
  );
  await expect(read(hub.source, images)).rejects.toThrow('too large');
});
