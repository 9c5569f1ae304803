import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Crun } from '../../../runtime/crun.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { mountPoint } from '../mounts/mount-points.ts';
import { recoverContainers } from './recover.ts';

it('finishes the removal of a --rm container that exited right before a crash', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const { name } = await engine.volumes.ensure('');
  const volume = { ...mountPoint('volume', '/v'), name, anonymous: true };
  const record = testRecord({ status: 'exited' }, { AutoRemove: true });
  await engine.containers.add({ ...record, mounts: [volume] });
  await recoverContainers(engine);
  expect(engine.containers.all()).toEqual([]);
  expect(engine.volumes.list()).toEqual([]);
});

it('thaws a container that a commit froze before the agent was killed, but not one that a user paused', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const resumed: string[] = [];
  const crun = Object.assign(new Crun(engine.directories), {
    state: async () => ({ status: 'paused', pid: 1 }),
    resume: async (id: string) => {
      resumed.push(id);
    },
  });
  const state = { pid: 1, bootId: engine.bootId };
  const frozen = testRecord({ ...state, status: 'running' });
  const paused = { ...testRecord({ ...state, status: 'paused' }), id: 'b'.repeat(64), name: 'p' };
  for (const record of [frozen, paused]) await engine.containers.add(record);
  await recoverContainers({ ...engine, crun });
  expect(resumed).toEqual([frozen.id]);
  expect(engine.containers.get(frozen.id).record.state.status).toBe('running');
  expect(engine.containers.get('b'.repeat(64)).record.state.status).toBe('paused');
});

it('removes the remains of an interrupted --rm start, and of a removed container', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const crun = Object.assign(new Crun(engine.directories), {
    delete: async () => {},
    state: async () => undefined,
  });
  const started = testRecord({ status: 'created' }, { AutoRemove: true });
  await engine.containers.add(started);
  const { directories } = engine;
  await mkdir(directories.networkNamespace(''), { recursive: true });
  for (const id of [started.id, 'c'.repeat(64)]) {
    await mkdir(directories.bundle(id), { recursive: true });
    await writeFile(directories.networkNamespace(id), '');
  }
  await recoverContainers({ ...engine, crun });
  expect(engine.containers.all()).toEqual([]);
  expect(await readdir(directories.bundle(''))).toEqual([]);
  expect(await readdir(directories.networkNamespace(''))).toEqual([]);
});

it('undoes the interrupted start of a build’s container that has a record', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const crun = Object.assign(new Crun(engine.directories), {
    delete: async () => {},
    state: async () => undefined,
  });
  const { id } = await engine.containers.add(testRecord({ status: 'created' }));
  await mkdir(engine.directories.networkNamespace(''), { recursive: true });
  await mkdir(engine.directories.bundle(id), { recursive: true });
  await recoverContainers({ ...engine, crun }, new Set([id]));
  expect(await readdir(engine.directories.bundle(''))).toEqual([]);
});
