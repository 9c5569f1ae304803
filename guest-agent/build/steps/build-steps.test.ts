import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { HeldLayer } from '../../engine/images/images.ts';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import type { Progress } from '../build-event.ts';
import { BuildSteps, type WantedStep } from './build-steps.ts';
import { StepCache, type StepRecord } from './step-cache.ts';
import { stepKey } from './step-key.ts';

async function fixture() {
  const directory = await temporaryDirectory();
  const layers = new MemoryLayers();
  const { images } = await openImages(directory.path, layers);
  const path = join(directory.path, 'steps');
  const open = async () => {
    const cache = new StepCache(path, images, (message, cause) => {
      throw new Error(message, { cause });
    });
    await cache.load();
    caches.push(cache);
    return cache;
  };
  const caches: StepCache[] = [];
  let runs = 0;
  let gate = Promise.resolve();
  const wanted = (name: string, more: Partial<WantedStep> = {}): WantedStep => ({
    ...{ key: stepKey(name), parent: '', below: [], description: name, useCache: true },
    // biome-ignore lint/correctness/useYield: says nothing
    run: async function* (signal): Progress<HeldLayer | undefined> {
      runs += 1;
      await gate;
      signal.throwIfAborted();
      return images.addLayer(Readable.from([randomBytes(1024)]));
    },
    handOver: () => {},
    ...more,
  });
  return {
    ...{ images, layers, path, open, wanted },
    runs: () => runs,
    block: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(caches.map((cache) => cache.written()));
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function taken(steps: BuildSteps, step: WantedStep, signal = new AbortController().signal) {
  const said: string[] = [];
  const events = steps.take(step, signal);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return { record: value as StepRecord, said };
    said.push(value.kind);
  }
}

test('a step runs once, and a later build has its layer from the cache', async () => {
  await using built = await fixture();
  const steps = new BuildSteps(await built.open());
  const first = await taken(steps, built.wanted('RUN make'));
  const second = await taken(steps, built.wanted('RUN make'));
  expect(second.said).toEqual(['cached']);
  expect(second.record.layer).toBe(first.record.layer);
  expect(built.runs()).toBe(1);
  await taken(steps, built.wanted('RUN make', { useCache: false }));
  expect(built.runs()).toBe(2);
});

test('the cache survives a restart of the engine, and keeps its layers from sweeps', async () => {
  await using built = await fixture();
  const cache = await built.open();
  const { record } = await taken(new BuildSteps(cache), built.wanted('RUN make'));
  await cache.written();
  const again = await built.open();
  await built.images.sweep();
  expect(again.find(record.key)).toMatchObject({ layer: record.layer, description: 'RUN make' });
});

test('a removed step gives its layer up', async () => {
  await using built = await fixture();
  const cache = await built.open();
  const steps = new BuildSteps(cache);
  const { record } = await taken(steps, built.wanted('RUN make'));
  await cache.remove([record.key]);
  expect((await built.images.sweep()).layers).toEqual([record.layer]);
  expect((await built.open()).list()).toEqual([]);
  await taken(steps, built.wanted('RUN make'));
  expect(built.runs()).toBe(2);
});

test('a damaged record, or a record without its layer, costs a run of the step', async () => {
  await using built = await fixture();
  const cache = await built.open();
  const steps = new BuildSteps(cache);
  const [one, two] = [
    (await taken(steps, built.wanted('one'))).record,
    (await taken(steps, built.wanted('two'))).record,
  ];
  await cache.written();
  await writeFile(join(built.path, `${one.key}.json`), '{"key":');
  await built.layers.remove(two.layer ?? '');
  expect((await built.open()).list()).toEqual([]);
  expect(cache.find(two.key)).toBeUndefined();
});

test('a record that can’t be read doesn’t stop the engine from starting', async () => {
  await using built = await fixture();
  await mkdir(join(built.path, `${stepKey('x')}.json`), { recursive: true });
  const said: string[] = [];
  const cache = new StepCache(built.path, built.images, (message) => said.push(message));
  await cache.load();
  expect(cache.list()).toEqual([]);
  expect(said).toEqual(['reading the cache of build steps']);
});

test('two builds at once share a step; the step continues when the build is cancelled that began it', async () => {
  await using built = await fixture();
  const steps = new BuildSteps(await built.open());
  const open = built.block();
  const client = new AbortController();
  let handedOver = false;
  const step = built.wanted('RUN make', {
    handOver: () => {
      handedOver = true;
    },
  });
  const first = taken(steps, step, client.signal);
  const second = taken(steps, built.wanted('RUN make'));
  client.abort(new Error('cancelled'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(handedOver).toBe(true);
  open();
  await expect(first).rejects.toThrow('cancelled');
  expect((await second).record.layer).toBeTruthy();
  expect(built.runs()).toBe(1);
});

test('a step that fails because its first build’s client has gone runs again for the other build', async () => {
  await using built = await fixture();
  const steps = new BuildSteps(await built.open());
  const client = new AbortController();
  const { promise: gone, reject: lose } = Promise.withResolvers<never>();
  gone.catch(() => {});
  // biome-ignore lint/correctness/useYield: says nothing
  const run = async function* (): Progress<HeldLayer | undefined> {
    return await gone;
  };
  const first = taken(steps, built.wanted('RUN clone', { run }), client.signal);
  const [second, third] = [1, 2].map(() => taken(steps, built.wanted('RUN clone')));
  client.abort(new Error('cancelled'));
  await new Promise((resolve) => setImmediate(resolve));
  lose(new Error('no SSH agent'));
  await expect(first).rejects.toThrow('cancelled');
  expect((await second)?.record.layer).toBeTruthy();
  expect((await third)?.record.layer).toBe((await second)?.record.layer);
  expect(built.runs()).toBe(1);
});

test('a step that fails while its first build runs fails for both builds', async () => {
  await using built = await fixture();
  const steps = new BuildSteps(await built.open());
  // biome-ignore lint/correctness/useYield: says nothing
  const run = async function* (): Progress<HeldLayer | undefined> {
    throw new Error('exit code 1');
  };
  const both = await Promise.allSettled([
    taken(steps, built.wanted('RUN false', { run })),
    taken(steps, built.wanted('RUN false')),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(built.runs()).toBe(0);
});

test('a step that both builds gave up leaves nothing in the cache, and runs again', async () => {
  await using built = await fixture();
  const steps = new BuildSteps(await built.open());
  const open = built.block();
  const client = new AbortController();
  const both = [1, 2].map(() => taken(steps, built.wanted('RUN make'), client.signal));
  const settled = Promise.allSettled(both);
  client.abort(new Error('cancelled'));
  await new Promise((resolve) => setImmediate(resolve));
  const next = taken(steps, built.wanted('RUN make'));
  open();
  for (const { status } of await settled) expect(status).toBe('rejected');
  expect((await next).said).toEqual([]);
  expect(built.runs()).toBe(2);
  expect(steps.cache.list()).toHaveLength(1);
});
