import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ProgramError, ProgramTimeout, run, runCleanup } from './program.ts';

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'program-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Whether the process runs. A zombie doesn't count. */
async function runs(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}

it('returns what a program prints, and says why one failed', async () => {
  expect(await run('cat', [], { input: 'in' })).toBe('in');
  const failed = run('sh', ['-c', 'echo first >&2; echo last >&2; exit 3']);
  await expect(failed).rejects.toMatchObject({ exitCode: 3, message: 'sh: last' });
  await expect(failed).rejects.toBeInstanceOf(ProgramError);
});

it('kills a program that exceeds its deadline, with all its child processes', async () => {
  const pids = join(await scratch(), 'pids');
  const script = `sleep 60 & echo $$ $! > ${pids}; wait`;
  const late = run('sh', ['-c', script], { deadline: 300 });
  await expect(late).rejects.toBeInstanceOf(ProgramTimeout);
  await expect(late).rejects.toThrow('sh did not exit within 0.3 s and was stopped');
  for (const pid of (await readFile(pids, 'utf8')).trim().split(' ')) {
    await vi.waitFor(async () => expect(await runs(pid)).toBe(false));
  }
});

it('does not wait for child processes of a program that has exited', async () => {
  const pid = join(await scratch(), 'pid');
  // In its own session, with the same pipes open.
  const script = `echo done; setsid sh -c 'echo $$ > ${pid}; exec sleep 60' & while [ ! -s ${pid} ]; do sleep 0.01; done`;
  onTestFinished(async () => void process.kill(Number(await readFile(pid, 'utf8')), 'SIGKILL'));
  expect(await run('sh', ['-c', script], { deadline: 1000 })).toBe('done\n');
});

it('has the kernel kill a program before others when memory runs out', async () => {
  // The value is set once the program runs.
  const script =
    'while read -r value </proc/self/oom_score_adj; [ "$value" != 700 ]; do :; done; echo set';
  expect(await run('sh', ['-c', script], { oomScoreAdj: 700, deadline: 5000 })).toBe('set\n');
});

it('reports a missing program', async () => {
  await expect(run('/nosuch/program', [])).rejects.toThrow(
    /^can't run \/nosuch\/program: .*ENOENT/,
  );
});

it('runs a cleanup again if something else kills it, but not if it fails', async () => {
  const runsOf = async (script: string) => {
    const file = join(await scratch(), 'runs');
    const result = await runCleanup('sh', ['-c', `echo run >>${file}; ${script}`, file]).catch(
      (error) => error.constructor,
    );
    return [result, (await readFile(file, 'utf8')).trim().split('\n').length];
  };
  const killedOnce = '[ "$(wc -l <$0)" -gt 1 ] || kill -9 $$; echo clean';
  expect(await runsOf(killedOnce)).toEqual(['clean\n', 2]);
  expect(await runsOf('kill -9 $$')).toEqual([ProgramError, 3]);
  expect(await runsOf('exit 1')).toEqual([ProgramError, 1]);
});
