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
/** Milliseconds without a response after which the program is killed. */
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

// The time depends on the load of the processor.
it.each([
  ['computes', 'spin', /for [123](\.\d)? s\./],
  ['waits', 'hang', /for 3 s\./],
])('kills a process whose event loop %s forever, and says why', async (_, mode, time) => {
  const { child, said } = await beating(mode);
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(said()).toMatch(/^\S+Z The engine did not respond for .* s\. Restarting it\n$/);
  expect(said()).toMatch(time);
});

it('does not kill a process that waits for something slow', async () => {
  const { child, lines, said } = await beating('wait');
  for await (const line of lines) if (line === 'continued') break;
  await delay(LIMIT);
  expect(child.signalCode).toBeNull();
  expect(said()).toBe('');
});

it('does not kill a process that was completely stopped, as by a paused VM', async () => {
  const { child, lines, said } = await beating('work');
  await once(lines, 'line');
  child.kill('SIGSTOP');
  await delay(3 * LIMIT);
  child.kill('SIGCONT');
  // Without the pause being noticed, it would be killed by now.
  await delay(2 * LIMIT);
  await once(lines, 'line');
  expect(child.signalCode).toBeNull();
  expect(said()).toBe('');
});
