import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

it.each([
  ['promise', 'unhandledRejection'],
  ['throw', 'uncaughtException'],
])('exits with 1 and logs the place of an uncaught error: %s', async (how, origin) => {
  const program = join(import.meta.dirname, 'testing/faulty.ts');
  const child = spawn(process.execPath, [program, how], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(exitCode).toBe(1);
  expect(said).toContain(`Unexpected error in the engine (${origin}). Restarting it`);
  expect(said).toMatch(/Error: nobody expects this\n\s+at .*faulty\.ts/);
});
