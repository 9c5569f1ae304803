import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { onWindows } from '../testing/on-windows.ts';
import { Directories } from './directories.ts';
import { runForeground } from './foreground.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-test-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test.skipIf(onWindows('containers run in Linux'))(
  'an aborted container that cannot be killed at first is killed later, and ended when the run ends',
  async () => {
    const directories = new Directories(join(directory, 'data'), join(directory, 'run'));
    await mkdir(directories.bundle('c'), { recursive: true });
    const program = join(directory, 'crun');
    await writeFile(program, '#!/bin/sh\necho "$$"\nexec sleep 1000\n', { mode: 0o755 });
    const logged: string[] = [];
    let pid = 0;
    let failures = 2;
    const crun = {
      async delete() {
        if (failures-- > 0) throw new Error('no memory for crun');
        process.kill(pid, 'SIGKILL');
      },
    };
    const stop = new AbortController();
    const run = runForeground(
      { directories, crun, program, log: (message) => logged.push(message) },
      'c',
      stop.signal,
    );
    const { value } = await run.next();
    pid = Number(typeof value === 'object' && value.data.toString());

    stop.abort(new Error('canceled'));
    await expect(run.next()).rejects.toThrow('canceled');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(logged).toEqual(['killing c, which is tried again']);
  },
);
