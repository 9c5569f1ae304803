import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { createExec, execRequestSchema } from './exec.ts';

it('rejects an unknown user before anything starts', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'exec-'));
  try {
    const engine = await testEngine(directory);
    const container = await engine.containers.add(
      testRecord({ status: 'running', pid: process.pid }),
    );
    const create = (User: string) =>
      createExec(engine, container, execRequestSchema.parse({ User, Cmd: ['id'] }));
    await expect(create('nosuch')).rejects.toThrow(
      'unable to find user nosuch: no matching entries in passwd file',
    );
    expect(engine.execs.of(container.id)).toEqual([]);
    expect(await create('33')).toMatchObject({ user: '33', status: 'created' });
  } finally {
    await rm(directory, { recursive: true });
  }
});
