import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from './process.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const from = (path: string) => JSON.stringify(join(import.meta.dirname, path));
const run = (program: string) =>
  runProgram(process.execPath, ['--input-type=module', '-e', program], { timeoutMs: 60_000 });

const faults = `
  setTimeout(() => { throw new TypeError('thrown in a timer'); });
  setTimeout(() => { Promise.reject(new Error('owned by nobody')); });
  setTimeout(() => console.log('still here'), 50);`;

it('keeps a process up, and logs what went wrong with its stack', async () => {
  const path = join(await temporaryDirectory(), 'app.log');
  const { code, stdout, stderr } = await run(`
    const { surviveFaults } = await import(${from('process-faults.ts')});
    const { fileLog, logTo } = await import(${from('log.ts')});
    logTo(fileLog(${JSON.stringify(path)}));
    surviveFaults();${faults}`);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'still here\n', stderr: '' });
  const log = await readFile(path, 'utf8');
  expect(log).toMatch(/Z Uncaught exception: TypeError: thrown in a timer\n +at /);
  expect(log).toMatch(/Z Unhandled rejection: Error: owned by nobody\n +at /);
});

it('ends a command with one message and its exit code', async () => {
  const fail = (error: string) => `
    const { runProcess } = await import(${from('../../cli/cli-process.ts')});
    const { HostError } = await import(${from('errors.ts')});
    process.argv = ['node', 'berth', 'ps'];
    await runProcess(async () => {
      Promise.reject(${error});
      return new Promise((resolve) => setTimeout(resolve, 30_000));
    });`;
  const failed = `new HostError('engine', 'no such thing', { hint: 'look again' })`;
  expect(await run(fail(failed))).toEqual({
    ...{ code: 1, stdout: '', stderr: 'berth: no such thing\nlook again\n' },
  });
  const cancelled = `new HostError('cancelled', 'cancelled')`;
  expect(await run(fail(cancelled))).toMatchObject({ code: 130, stderr: 'berth: cancelled\n' });
});
