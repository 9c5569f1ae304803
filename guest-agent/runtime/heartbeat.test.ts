import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'testing/beating.ts');
/** Milliseconds of silence after which the program is killed. */
const LIMIT = 1000;

/** Runs the program with its log in a file, as init does. */
async function beating(mode: string) {
  const directory = await mkdtemp(join(tmpdir(), 'heartbeat-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'log');
  const log = openSync(path, 'a');
  const child = spawn(process.execPath, [PROGRAM, mode], { stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (!child.stdout) throw new Error('the program has no output');
  const lines = createInterface({ input: child.stdout });
  return { child, lines, said: () => readFileSync(path, 'utf8') };
}

it('kills a process whose event loop is blocked, and says why', async () => {
  const { child, said } = await beating('block');
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(said()).toMatch(/^\S+Z The engine did not respond for 1 s; restarting it\n$/);
});

it('spares a process that was stopped as a whole, as a paused machine stops it', async () => {
  const { child, lines, said } = await beating('work');
  await once(lines, 'line');
  child.kill('SIGSTOP');
  await delay(3 * LIMIT);
  child.kill('SIGCONT');
  // It would be killed by now.
  await delay(2 * LIMIT);
  await once(lines, 'line');
  expect(child.signalCode).toBeNull();
  expect(said()).toBe('');
});
