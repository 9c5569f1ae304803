import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { isAlive } from '../base/process.ts';
import { openPty } from './pty.ts';

const size = { columns: 80, rows: 24 };

const open = (script: string) =>
  openPty({ file: '/bin/sh', args: ['-c', script], cwd: '/', env: {} }, size);

async function readUntil(pty: Awaited<ReturnType<typeof open>>, text: string): Promise<string> {
  let output = '';
  while (!output.includes(text)) output += String((await once(pty.output, 'data'))[0]);
  return output;
}

it('kills what ignores that its terminal has gone', { timeout: 10_000 }, async () => {
  const pty = await open('trap "" HUP; echo "pid $$."; while :; do sleep 1; done');
  const pid = Number(/pid (\d+)\./.exec(await readUntil(pty, '.'))?.[1]);
  pty.output.destroy();
  await vi.waitUntil(() => !isAlive(pid), { timeout: 8000 });
  expect(await pty.exitCode).toBeDefined();
});

it('has a flood wait while nobody reads', async () => {
  const pty = await open('yes | head -c 4000000; echo; echo the end');
  await once(pty.output, 'readable');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(pty.output.readableLength).toBeLessThan(1_000_000);
  let output = '';
  for await (const data of pty.output) output += data;
  expect(output).toContain('the end');
  expect(await pty.exitCode).toBe(0);
});

it('says what to do when there is no such program', async () => {
  const pty = await openPty({ file: '/no/such/shell', args: [], cwd: '/', env: {} }, size);
  expect(await pty.exitCode).not.toBe(0);
});
