import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { acquireLock } from './lock.ts';

/** Another process that takes the lock and holds it until it is killed. */
async function holdElsewhere(path: string) {
  const program = `
    const { acquireLock } = await import(${JSON.stringify(new URL('lock.ts', import.meta.url).href)});
    globalThis.lock = acquireLock(${JSON.stringify(path)});
    console.log(globalThis.lock ? 'held' : 'busy');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

test('one process at a time has the lock; kill -9 frees it at once', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  const { child, said } = await holdElsewhere(path);
  expect(said).toBe('held');
  expect(acquireLock(path)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await vi.waitUntil(() => acquireLock(path));
  expect((await holdElsewhere(path)).said).toBe('busy');
  lock.release();
  acquireLock(path)?.release();
});
