import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { readContainerLog } from './logs.ts';

it('says in Docker’s words that a container without a log has nothing to read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'logs-'));
  try {
    const engine = await testEngine(directory);
    const record = testRecord({}, { LogConfig: { Type: 'none' } });
    const container = await engine.containers.add(record);
    const { signal } = new AbortController();
    expect(() => readContainerLog(engine, container, { signal })).toThrow(
      'configured logging driver does not support reading',
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
