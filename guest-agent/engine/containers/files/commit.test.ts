import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import type { ImageConfig } from '../../images/store/image.ts';
import { openImages } from '../../images/testing/images-fixture.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { containerConfigSchema } from '../request/config.ts';
import { commitContainer } from './commit.ts';

let committed: (own: object, asked?: object) => Promise<ImageConfig>;

beforeEach(() => {
  committed = async (own, asked) => {
    await using directory = await temporaryDirectory();
    const engine = await testEngine(directory.path);
    const { images } = await openImages(join(directory.path, 'images'), new MemoryLayers());
    const base = await images.commit({
      ...{ config: { OnBuild: ['RUN x'] }, createdBy: 'test', created: '2026-01-01T00:00:00Z' },
    });
    const record = { ...testRecord({}, {}, own), image: base.id };
    const container = await engine.containers.add(record);
    await mkdir(join(engine.directories.container(record.id), 'upper'), { recursive: true });
    const { config } = await commitContainer(engine, images, container, {
      ...(asked && { config: containerConfigSchema.parse(asked) }),
      change: (before) => before,
      ...{ author: '', comment: '', pause: true },
    });
    return config;
  };
});

test('an image keeps its container’s health check, but not the triggers of the base image', async () => {
  const config = await committed({
    Cmd: ['serve'],
    Healthcheck: { Test: ['CMD', 'probe'], Retries: 2 },
    Shell: ['/bin/ash', '-c'],
  });
  expect(config).toEqual({
    ...{ Env: [], Labels: {}, Cmd: ['serve'], Shell: ['/bin/ash', '-c'] },
    Healthcheck: { Test: ['CMD', 'probe'], Retries: 2 },
  });
});

test('fields that a request omits come from the container', async () => {
  const own = { Cmd: ['serve'], Env: ['A=1'], User: 'me', Labels: { a: 'b' } };
  expect(await committed(own, { Cmd: ['other'], Env: ['B=2'] })).toEqual({
    ...{ Cmd: ['other'], Env: ['B=2', 'A=1'], User: 'me', Labels: { a: 'b' } },
  });
});
