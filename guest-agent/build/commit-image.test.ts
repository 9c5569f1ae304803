import { expect, test } from 'vitest';
import type { ImageConfig } from '../engine/images/store/image.ts';
import { openImages } from '../engine/images/testing/images-fixture.ts';
import { MemoryLayers } from '../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { commitImage } from './commit-image.ts';
import { classic } from './dialect.ts';
import { initialState } from './initial-state.ts';
import type { BuildSession } from './session.ts';

test('the classic builder’s cache tells settings apart that look the same', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const session = {
    ...{ images, dialect: classic, options: { useCache: true }, keep: () => {} },
    signal: new AbortController().signal,
  } as unknown as BuildSession;
  const commit = async (config: ImageConfig) => {
    const step = { createdBy: '/bin/sh -c #(nop)  ENV a=b c=d', config };
    const events = commitImage(session, initialState(undefined, {}), step);
    let isCached = false;
    for (;;) {
      const { done, value } = await events.next();
      if (done) return { isCached, env: value.image?.config.Env };
      isCached ||= value.kind === 'cached';
    }
  };
  const [one, two] = [{ Env: ['a=b c=d'] }, { Env: ['a=b', 'c=d'] }];
  expect(await commit(one)).toEqual({ isCached: false, env: one.Env });
  expect(await commit(one)).toEqual({ isCached: true, env: one.Env });
  expect(await commit(two)).toEqual({ isCached: false, env: two.Env });
});
