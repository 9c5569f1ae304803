import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { StepCache } from '../../build/steps/step-cache.ts';
import { stepKey } from '../../build/steps/step-key.ts';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { stepStore } from './step-store.ts';

test('a prune removes a step with its layer, unless an image has the layer', async () => {
  await using directory = await temporaryDirectory();
  const layers = new MemoryLayers();
  const { images } = await openImages(directory.path, layers);
  const steps = new StepCache(join(directory.path, 'steps'), images, (message, cause) => {
    throw new Error(message, { cause });
  });
  for (const name of ['RUN one', 'RUN two']) {
    using layer = await images.addLayer(Readable.from([randomBytes(1024)]));
    const { diffId, size } = layer;
    const description = name;
    steps.add({ ...{ key: stepKey(name), parent: '', description, size }, layer: diffId });
    if (name === 'RUN two') {
      const created = new Date().toISOString();
      await images.commit({ layer, config: {}, createdBy: name, created });
    }
  }
  const store = stepStore(steps, images);
  const entries = await store.entries();
  expect(entries).toMatchObject([
    { description: 'RUN one', isShared: false, size: 1024, uses: 1 },
    { description: 'RUN two', isShared: true, size: 1024, uses: 1 },
  ]);
  const ids = entries.map(({ id }) => id);
  expect(await store.remove(ids)).toEqual(ids);
  expect(await store.entries()).toEqual([]);
  expect(layers.list()).toHaveLength(1);
});
