import { expect, test } from 'vitest';
import { EngineError } from '../../../errors.ts';
import { crunPath } from '../../../runtime/crun.ts';
import { ProgramError } from '../../../runtime/process/program.ts';
import { RuntimeError } from '../../../runtime/runtime-error.ts';
import { PortsRefusedError } from '../network/published-ports.ts';
import { startFailure } from './start-failure.ts';

test.each([
  ['executable file `nosuch` not found in $PATH', 127, /exec: "nosuch": executable file not found/],
  ['open executable: Permission denied', 126, /exec: "nosuch": permission denied$/],
  ['chdir to `/there`: No such file or directory', 127, /chdir to cwd \("\/there"\) set in config/],
  ['something else', 128, /^something else$/],
])('%s exits with %i', (said, exitCode, message) => {
  const failure = startFailure(new RuntimeError(said), 'nosuch');
  expect(failure.exitCode).toBe(exitCode);
  expect(failure.error.message).toMatch(message);
});

test('crun’s answer to the agent is translated as well', () => {
  const failed = new ProgramError(crunPath, 1, '', 'exec `/app`: exec format error');
  const { error, exitCode } = startFailure(failed, '/app');
  expect(exitCode).toBe(126);
  expect(error.message).toMatch(/exec: "\/app": exec format error$/);
});

test.each([
  'executable file `/no/such` not found: No such file or directory',
  'open `/no/such`: No such file or directory',
])('a missing program with a path isn’t looked up in $PATH: %s', (said) => {
  const { error, exitCode } = startFailure(new RuntimeError(said), '/no/such');
  expect(exitCode).toBe(127);
  expect(error.message).toMatch(/exec: "\/no\/such": stat \/no\/such: no such file or directory$/);
});

test.each([
  new PortsRefusedError('listen tcp4 0.0.0.0:80: bind: permission denied'),
  new EngineError('invalid', 'cannot access path /shared/data: no such file or directory'),
])('a failure that isn’t the program’s keeps its words: %s', (cause) => {
  // `sh` is a part of `/shared`.
  expect(startFailure(cause, 'sh')).toEqual({ error: cause, exitCode: 128 });
});
