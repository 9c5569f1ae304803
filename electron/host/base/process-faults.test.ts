import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from './process.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
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
    const { logTo } = await import(${from('log.ts')});
    const { fileLog } = await import(${from('log-file.ts')});
    logTo(fileLog(${JSON.stringify(path)}));
    surviveFaults();${faults}`);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'still here\n', stderr: '' });
  const log = await readFile(path, 'utf8');
  expect(log).toMatch(/ error .* Uncaught exception: TypeError: thrown in a timer \| at /);
  expect(log).toMatch(/ error .* Unhandled rejection: Error: owned by nobody \| at /);
});

it('ends a command with one message and its exit code; the log has the cause', async () => {
  const home = await temporaryDirectory();
  const fail = (error: string) => `
    const { runProcess } = await import(${from('../../cli/cli-process.ts')});
    const { HostError } = await import(${from('errors.ts')});
    process.argv = ['node', 'berth', 'ps'];
    process.env.BERTH_HOME = ${JSON.stringify(home)};
    await runProcess(async () => {
      Promise.reject(${error});
      return new Promise((resolve) => setTimeout(resolve, 30_000));
    });`;
  const failed = `new HostError('engine', 'no such thing', { hint: 'look again', cause: new Error('refused') })`;
  expect(await run(fail(failed))).toEqual({
    ...{ code: 1, stdout: '', stderr: 'berth: no such thing\nlook again\n' },
  });
  const log = await readFile(join(home, 'cli.log'), 'utf8');
  expect(log).toMatch(
    / error cli\[\d+\] cli: Uncaught: no such thing \(Error: refused \| at .*\)\n$/,
  );
  const cancelled = `new HostError('cancelled', 'cancelled')`;
  expect(await run(fail(cancelled))).toMatchObject({ code: 130, stderr: 'berth: cancelled\n' });
});
