import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { hasEnded, killPrograms } from './process-state.ts';

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

test('kills the processes of a program that work for one container, and no others', async () => {
  const start = (id: string) => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60; true', id]);
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const [one, other] = [start('container-one'), start('container-other')];
  await Promise.all([once(one, 'spawn'), once(other, 'spawn')]);
  const ended = once(one, 'exit');
  await killPrograms('/bin/sh', 'container-one');
  expect(await ended).toEqual([null, 'SIGKILL']);
  await killPrograms('/bin/bash', 'container-other');
  expect([other.exitCode, other.signalCode]).toEqual([null, null]);
});
