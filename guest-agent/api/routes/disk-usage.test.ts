import { expect, test } from 'vitest';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { testEngine } from '../../engine/testing/test-engine.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { Router } from '../router.ts';
import { diskUsageRoutes } from './disk-usage.ts';

/** The answer to `GET /system/df` in an engine with one volume. */
async function diskUsage(query: string) {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  await engine.volumes.ensure('data', { labels: {}, options: {} });
  const { images } = await openImages(directory.path, new MemoryLayers());
  const { route } = new Router(diskUsageRoutes(engine, images, { entries: async () => [] })).find(
    'GET',
    '/system/df',
  );
  return await route.handle({ query: new URLSearchParams(query) } as Parameters<
    typeof route.handle
  >[0]);
}

test('reports all kinds, or only the requested kinds', async () => {
  expect(await diskUsage('')).toMatchObject({
    body: { Images: [], Containers: [], Volumes: [{ Name: 'data' }], BuildCache: [] },
  });
  expect(await diskUsage('type=volume')).toMatchObject({
    body: { LayersSize: 0, Images: null, Containers: null, Volumes: [{ Name: 'data' }] },
  });
  expect(await diskUsage('type=image&type=container')).toMatchObject({
    body: { Images: [], Containers: [], Volumes: null, BuildCache: null },
  });
});

test('rejects other kinds', async () => {
  await expect(diskUsage('type=nosuch')).rejects.toThrow('unknown object type: nosuch');
});
