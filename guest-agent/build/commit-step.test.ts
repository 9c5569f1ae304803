import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openImages } from '../engine/images/testing/images-fixture.ts';
import { MemoryLayers } from '../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { BuildArgs } from './build-args.ts';
import { commitStep } from './commit-step.ts';
import { classic } from './dialect.ts';
import { initialState } from './initial-state.ts';
import type { BuildSession, Progress, StageState } from './session.ts';
import type { Step } from './step.ts';

const nothing = initialState(undefined, {});

async function fixture() {
  const directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const session = (useCache = true, cacheFrom: readonly string[] = []) =>
    ({
      images,
      options: { useCache, cacheFrom },
      args: new BuildArgs({}, undefined),
      dialect: classic,
      keep: () => {},
      signal: new AbortController().signal,
    }) as unknown as BuildSession;
  const said: string[] = [];
  const step = async (
    state: StageState,
    what: Step,
    useCache?: boolean,
    cacheFrom?: readonly string[],
  ) => {
    said.length = 0;
    const progress: Progress<StageState> = commitStep(session(useCache, cacheFrom), state, what);
    for (;;) {
      const { done, value } = await progress.next();
      if (done) return value;
      said.push(value.kind);
    }
  };
  return { images, step, said, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}

test('a step with the same parent is not repeated', async () => {
  await using built = await fixture();
  const env = { createdBy: 'ENV A=1', config: { Env: ['A=1'] } };
  const first = await built.step(nothing, env);
  expect(built.said).toEqual(['image']);
  const second = await built.step(nothing, env);
  expect(second.image?.id).toBe(first.image?.id);
  expect(built.said).toEqual(['cached', 'image']);
  expect(first.image?.config).toEqual({ Env: ['A=1'] });
  expect(first.image?.document.history?.at(-1)?.empty_layer).toBe(true);
});

test('another step, another parent or no cache creates another image', async () => {
  await using built = await fixture();
  const a = await built.step(nothing, { createdBy: 'A', config: {} });
  const b = await built.step(a, { createdBy: 'B', config: {} });
  const others = [
    await built.step(nothing, { createdBy: 'B', config: {} }),
    await built.step(b, { createdBy: 'B', config: {} }),
    await built.step(a, { createdBy: 'b', config: {} }),
    await built.step(a, { createdBy: 'B', config: {} }, false),
  ];
  for (const { image } of others) expect(image?.id).not.toBe(b.image?.id);
});

test('with images to take the cache from, only their steps are in the cache', async () => {
  await using built = await fixture();
  const first: Step = { createdBy: 'A', config: {} };
  const a = await built.step(nothing, first);
  const b = await built.step(a, { createdBy: 'B', config: {} });
  const c = await built.step(nothing, { createdBy: 'C', config: {} });
  for (const [source, kinds] of [
    ['nosuch', ['image']],
    [c.image?.id ?? '', ['image']],
    [b.image?.id ?? '', ['cached', 'image']],
  ] as const) {
    await built.step(nothing, first, true, [source]);
    expect(built.said).toEqual(kinds);
  }
});

test('a step’s layer is created only when needed', async () => {
  await using built = await fixture();
  let made = 0;
  const copy: Step = {
    createdBy: 'COPY',
    config: {},
    // biome-ignore lint/correctness/useYield: reports no progress.
    layer: async function* () {
      made++;
      return await built.images.addLayer(Readable.from([randomBytes(1024)]));
    },
  };
  const first = await built.step(nothing, copy);
  expect(first.image?.layers).toHaveLength(1);
  expect((await built.step(nothing, copy)).image?.layers).toEqual(first.image?.layers);
  expect(made).toBe(1);
});

test('pulled or committed images don’t count as cache', async () => {
  await using built = await fixture();
  const created = new Date().toISOString();
  const foreign = await built.images.commit({ config: {}, createdBy: 'ENV A=1', created });
  const { image } = await built.step(nothing, { createdBy: 'ENV A=1', config: { Env: ['A=1'] } });
  expect(image?.id).not.toBe(foreign.id);
});
