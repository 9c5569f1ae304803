import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { hasEnded } from './process-state.ts';

test('a process counts as gone before and after its parent reaps it', async () => {
  // The shell leaves its child a zombie, since it becomes a program that never waits.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 1000']);
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [zombie] = await once(parent.stdout, 'data');
  await expect.poll(() => hasEnded(Number(zombie))).toBe(true);
  expect(await hasEnded(parent.pid ?? 0)).toBe(false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(await hasEnded(parent.pid ?? 0)).toBe(true);
});
