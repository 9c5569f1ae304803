import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { handleExit } from './exit.ts';

it('removes the exit file of a failed start, which would end the next run', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const container = await engine.containers.add(testRecord({ exitCode: 127 }));
  await mkdir(engine.directories.exits, { recursive: true });
  await writeFile(join(engine.directories.exits, container.id), '137');
  await handleExit(engine, container, 137, new Date());
  expect(await readdir(engine.directories.exits)).toEqual([]);
  expect(container.record.state).toMatchObject({ status: 'created', exitCode: 127 });
});

it('keeps the current run when the exit of an earlier run is reported', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  const state = { status: 'running' as const, pid: 1, startedAt: '2026-01-02T00:00:00.000Z' };
  const container = await engine.containers.add(testRecord(state));
  await handleExit(engine, container, 137, new Date(), '2026-01-01T00:00:00.000Z');
  expect(container.record.state).toMatchObject(state);
});
