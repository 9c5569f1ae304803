import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { pauseProgram } from './pause-program.ts';

it.skipIf(process.platform !== 'linux')('waits until it is killed', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'pause');
  await writeFile(path, pauseProgram(), { mode: 0o755 });
  const child = spawn(path, { stdio: 'ignore' });
  await once(child, 'spawn');
  child.kill('SIGTERM');
  // A program that the kernel can't run, or that crashes, ends otherwise.
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
});

it('has code for both processors', () => {
  const machines = ['x64', 'arm64'].map((arch) => pauseProgram(arch).readUInt16LE(18));
  expect(machines).toEqual([62, 183]);
});
