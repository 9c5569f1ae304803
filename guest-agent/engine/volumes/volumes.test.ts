import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { testEngine, testRecord } from '../testing/test-engine.ts';
import { listVolumes, pruneVolumes } from './list.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'volumes-'));
  engine = await testEngine(directory);
  await engine.volumes.ensure('data', { labels: { tier: 'db' } });
  await engine.volumes.ensure('spare');
});
afterEach(() => rm(directory, { recursive: true }));

const names = (filters: Record<string, string[]>) =>
  listVolumes(engine, filters).map(({ name }) => name);

/** A container that uses the volume. */
function use(volume: string) {
  const point = {
    ...{ type: 'volume' as const, name: volume, source: '', destination: '/data' },
    ...{ readOnly: false, anonymous: false, options: [], subpath: '', propagation: '' },
    ...{ nonRecursive: false, readOnlyNonRecursive: false, layers: [] },
  };
  return engine.containers.add({ ...testRecord(), mounts: [point] });
}

it('returns the existing volume with a name', async () => {
  const again = await engine.volumes.ensure('data', { labels: { tier: 'other' } });
  expect(again.labels).toEqual({ tier: 'db' });
  expect(names({})).toEqual(['data', 'spare']);
});

it('rejects options that Docker’s local driver does not take', async () => {
  const make = (options: Record<string, string>) => engine.volumes.ensure('odd', { options });
  await expect(make({ size: '1m' })).rejects.toThrow('create odd: invalid option: "size"');
  await expect(make({ type: 'tmpfs' })).rejects.toThrow('missing required option: "device"');
  expect(names({ name: ['odd'] })).toEqual([]);
});

it('finds volumes by filters', async () => {
  await use('data');
  expect(names({ dangling: ['true'] })).toEqual(['spare']);
  expect(names({ dangling: ['0'] })).toEqual(['data']);
  expect(names({ label: ['tier=db'] })).toEqual(['data']);
  expect(names({ name: ['spa'], driver: ['local'] })).toEqual(['spare']);
  expect(names({ driver: ['nfs'] })).toEqual([]);
  expect(() => names({ size: ['1'] })).toThrow("invalid filter 'size'");
  await expect(pruneVolumes(engine, { size: ['1'] })).rejects.toThrow("invalid filter 'size'");
});

it('prunes anonymous volumes, and on request named ones, but never a used volume', async () => {
  await use('data');
  const { name: anonymous } = await engine.volumes.ensure('');
  await mkdir(join(engine.volumes.mountpoint(anonymous), 'd'));
  await writeFile(join(engine.volumes.mountpoint(anonymous), 'f'), 'x'.repeat(10_000));
  const first = await pruneVolumes(engine, {});
  expect(first.removed).toEqual([anonymous]);
  expect(first.reclaimed).toBeGreaterThan(10_000);
  expect((await pruneVolumes(engine, { all: ['1'], label: ['tier'] })).removed).toEqual([]);
  expect((await pruneVolumes(engine, { all: ['1'] })).removed).toEqual(['spare']);
  expect(names({})).toEqual(['data']);
});

it('rejects names that are too short', async () => {
  await expect(engine.volumes.ensure('x')).rejects.toThrow('create x: volume name is too short');
});

it('never prunes volumes with options, like Docker', async () => {
  await engine.volumes.ensure('elsewhere', {
    options: { type: 'nfs', device: ':/a', o: 'addr=h' },
  });
  expect((await pruneVolumes(engine, { all: ['1'] })).removed).toEqual(['data', 'spare']);
});

it('marks anonymous volumes as Docker does', async () => {
  const { labels } = await engine.volumes.ensure('');
  expect(labels).toEqual({ 'com.docker.volume.anonymous': '' });
});

it('creates and removes a volume once, even for several requests', async () => {
  const made = await Promise.all([1, 2, 3].map(() => engine.volumes.ensure('shared')));
  expect(new Set(made).size).toBe(1);
  const removals = [1, 2].map(() => engine.volumes.remove('shared', () => []));
  const ends = await Promise.allSettled(removals);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const happened = engine.events.past().filter(({ id }) => id === 'shared');
  expect(happened.map(({ action }) => action)).toEqual(['create', 'destroy']);
});

it('keeps a volume for a container that is being created with it', async () => {
  const claim = engine.volumes.claim('spare', 'c1');
  const prune = async () => (await pruneVolumes(engine, { all: ['1'] })).removed;
  expect(await prune()).toEqual(['data']);
  await expect(engine.volumes.remove('spare', () => [])).rejects.toThrow(
    'remove spare: volume is in use - [c1]',
  );
  claim[Symbol.dispose]();
  expect(await prune()).toEqual(['spare']);
  expect(engine.events.past().at(-1)).toMatchObject({
    ...{
      type: 'volume',
      action: 'prune',
      attributes: { reclaimed: expect.stringMatching(/^\d+$/) },
    },
  });
});

it('sends one event when a container mounts a volume, and one when it unmounts the volume', async () => {
  await engine.volumes.mount('data', 'c1', { destination: '/v' });
  await engine.volumes.release('c1');
  const happened = engine.events.past().filter(({ attributes }) => attributes.container === 'c1');
  expect(happened.map(({ action }) => action)).toEqual(['mount', 'unmount']);
});
