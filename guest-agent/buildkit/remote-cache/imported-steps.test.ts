import { afterEach, beforeEach, expect, test } from 'vitest';
import { BuildSteps, type WantedStep } from '../../build/steps/build-steps.ts';
import { StepCache, type StepRecord, UNKNOWN_LAYER } from '../../build/steps/step-cache.ts';
import { StepUnknown } from '../../build/steps/step-unknown.ts';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import type { Descriptor } from '../../registry/manifest.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ImportedSteps } from './imported-steps.ts';
import { StepList } from './step-list.ts';

const { signal } = new AbortController();
const key = (digit: string) => digit.repeat(64);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let steps: BuildSteps;
let imported: ImportedSteps;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  steps = new BuildSteps(new StepCache(`${directory.path}/steps`, images, () => {}));
  const config = {
    layers: [
      { blob: 'base', parent: -1 },
      { blob: 'own', parent: 0 },
    ],
    records: [
      { digest: `sha256:${key('1')}`, layers: [{ layer: 1 }] },
      { digest: `sha256:${key('2')}`, layers: [{ layer: 0 }] },
      { digest: `sha256:${key('3')}` },
      { digest: `sha256:${key('4')}`, inputs: [[{ link: 2, selector: 'file:abc' }]] },
    ],
  };
  const list = new StepList(config, (diffId) => ({
    diffId,
    descriptor: { digest: diffId } as Descriptor,
    open: async function* () {},
  }));
  imported = new ImportedSteps({ images, log: () => {} }, [list]);
});
afterEach(async () => {
  await steps.cache.written();
  await directory[Symbol.asyncDispose]();
});

const ownLayer = (digit: string, below: readonly string[]) => {
  const found = imported.find({ key: key(digit), below });
  return found?.layer === null ? null : found?.layer?.diffId;
};

test('a step has its own layer only above the layers from which it was made', () => {
  expect(ownLayer('1', ['base'])).toBe('own');
  expect(ownLayer('1', ['another base'])).toBeUndefined();
  expect(ownLayer('1', [])).toBeUndefined();
  expect(ownLayer('1', ['base', 'own', 'more'])).toBeUndefined();
});

test('a step that changed no file has no layer, and a step without files is known all the same', () => {
  expect(ownLayer('2', ['base'])).toBeNull();
  expect(imported.find({ key: key('3'), below: ['base'] })).toEqual({
    ...{ layer: undefined, created: undefined },
  });
  expect(imported.find({ key: key('9'), below: ['base'] })).toBeUndefined();
});

async function known(digit: string, more: Partial<WantedStep> = {}): Promise<StepRecord> {
  const wanted = {
    ...{ key: key(digit), parent: '', below: ['base'], description: digit, useCache: true },
    run: () => {
      throw new Error('a step that is looked up by its key must not run');
    },
    handOver: () => {},
    ...more,
  };
  const events = imported.joined(steps).known?.take(wanted, signal);
  for (;;) {
    const next = await events?.next();
    if (next?.done) return next.value as StepRecord;
  }
}

test('steps by their keys alone need no files, and leave no traces', async () => {
  expect((await known('1')).layer).toBe('own');
  expect((await known('3')).layer).toBe(UNKNOWN_LAYER);
  await expect(known('9')).rejects.toThrow(StepUnknown);
  await expect(known('1', { useCache: false })).rejects.toThrow(StepUnknown);
  expect(imported.joined(steps).known?.hashOf?.(key('4'))).toBe('file:abc');
  expect(steps.cache.list()).toEqual([]);
});
