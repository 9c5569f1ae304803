import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverContainers } from '../engine/containers/recovery/recover.ts';
import { testEngine, testRecord } from '../engine/testing/test-engine.ts';
import type { OciRuntime } from '../runtime/crun.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { findLeftovers, noteContainer } from './leftovers.ts';

test('files and container of an interrupted build are removed, but a new build’s stay', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const [old, young] = ['old', 'young'].map((name) => join(engine.directories.builds, name));
  const mine = testRecord({ status: 'exited' });
  const other = { ...testRecord({ status: 'exited' }), id: 'b'.repeat(64), name: 'other' };
  for (const record of [mine, other]) await engine.containers.add(record);
  await mkdir(join(old ?? '', 'context'), { recursive: true });
  await writeFile(join(old ?? '', 'context/file'), '');
  await noteContainer(old ?? '', mine.id);

  const leftovers = await findLeftovers(engine);
  await mkdir(young ?? '');
  await leftovers.remove();
  await expect(access(old ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
  await access(young ?? '');
  expect(engine.containers.all().map(({ id }) => id)).toEqual([other.id]);
});

test('a command of an interrupted build ends, and is not a container whose record is lost', async () => {
  await using directory = await temporaryDirectory();
  const killed: string[] = [];
  const known = await testEngine(directory.path);
  const crun = {
    state: async () => ({ status: 'running', pid: 1 }),
    delete: async (id: string) => void killed.push(id),
  } as unknown as OciRuntime;
  const engine = { ...known, crun };
  const build = join(engine.directories.builds, 'old');
  const id = 'c'.repeat(64);
  const bundle = engine.directories.bundle(id);
  await mkdir(build, { recursive: true });
  await mkdir(bundle, { recursive: true });
  await noteContainer(build, id);
  const secret = join(engine.directories.buildSecrets, 'token');
  await mkdir(engine.directories.buildSecrets);
  await writeFile(secret, 'a token');
  const leftovers = await findLeftovers(engine);
  await recoverContainers(engine, leftovers.containers);
  expect(engine.containers.unreadable.ids()).toEqual([]);
  expect(killed).toEqual([]);
  await leftovers.stop();
  expect(killed).toEqual([id]);
  for (const path of [bundle, secret]) {
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
  }
  await access(build);
  await leftovers.remove();
  await expect(access(build)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a command that can’t be ended does not keep the engine from starting', async () => {
  await using directory = await temporaryDirectory();
  const said: string[] = [];
  const crun = {
    delete: async () => {
      throw new Error('device or resource busy');
    },
  } as unknown as OciRuntime;
  const engine = {
    ...(await testEngine(directory.path)),
    ...{ crun, log: (message: string) => void said.push(message) },
  };
  const build = join(engine.directories.builds, 'old');
  await mkdir(build, { recursive: true });
  await noteContainer(build, 'd'.repeat(64));
  const leftovers = await findLeftovers(engine);
  await expect(leftovers.stop()).resolves.toBeUndefined();
  expect(said.join()).toContain('d'.repeat(64));
});

test('there is nothing to remove', async () => {
  await using directory = await temporaryDirectory();
  const { remove } = await findLeftovers(await testEngine(directory.path));
  await expect(remove()).resolves.toBeUndefined();
});
