import { expect, test } from 'vitest';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { testEngine } from '../../engine/testing/test-engine.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { Router } from '../router.ts';
import { diskUsageRoutes } from './disk-usage.ts';

/** The answer to `GET /system/df` in an engine with one volume. */
async function diskUsage(query: string, version = '1.51') {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  await engine.volumes.ensure('data', { labels: {}, options: {} });
  const { images } = await openImages(directory.path, new MemoryLayers());
  const { route } = new Router(diskUsageRoutes(engine, images, { entries: async () => [] })).find(
    'GET',
    '/system/df',
  );
  return await route.handle({ version, query: new URLSearchParams(query) } as Parameters<
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

test('since API 1.52, sums up each kind, and lists the objects on request', async () => {
  const volumes = { ActiveCount: 0, TotalCount: 1, Reclaimable: 4096, TotalSize: 4096 };
  const both = await diskUsage('', '1.52');
  expect(both).toMatchObject({
    body: {
      Volumes: [{ Name: 'data' }],
      VolumeUsage: volumes,
      ImageUsage: { TotalCount: 0 },
      ContainerUsage: { TotalCount: 0 },
      BuildCacheUsage: { TotalCount: 0 },
    },
  });
  expect(JSON.stringify(both)).not.toContain('Items');
  const { body } = (await diskUsage('type=volume&verbose=1', '1.52')) as { body: object };
  expect(body).toEqual({
    VolumeUsage: { ...volumes, Items: [expect.objectContaining({ Name: 'data' })] },
  });
});

test('rejects other kinds', async () => {
  await expect(diskUsage('type=nosuch')).rejects.toThrow('unknown object type: nosuch');
});
