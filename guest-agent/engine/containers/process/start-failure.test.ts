import { expect, test } from 'vitest';
import { PortsRefusedError } from '../network/published-ports.ts';
import { startFailure } from './start-failure.ts';

test.each([
  ['executable file `nosuch` not found in $PATH', 127, /exec: "nosuch": executable file not found/],
  ['open executable: Permission denied', 126, /exec: "nosuch": permission denied$/],
  ['chdir to `/there`: No such file or directory', 127, /chdir to cwd \("\/there"\) set in config/],
  ['something else', 128, /^something else$/],
])('%s exits with %i', (said, exitCode, message) => {
  const failure = startFailure(new Error(said), 'nosuch');
  expect(failure.exitCode).toBe(exitCode);
  expect(failure.error.message).toMatch(message);
});

test.each([
  'executable file `/no/such` not found: No such file or directory',
  'open `/no/such`: No such file or directory',
])('a missing program with a path isn’t looked up in $PATH: %s', (said) => {
  const { error, exitCode } = startFailure(new Error(said), '/no/such');
  expect(exitCode).toBe(127);
  expect(error.message).toMatch(/exec: "\/no\/such": stat \/no\/such: no such file or directory$/);
});

test('a port without permission isn’t reported as a program without permission', () => {
  const refused = new PortsRefusedError('listen tcp4 0.0.0.0:80: bind: permission denied');
  expect(startFailure(refused, 'sh')).toEqual({ error: refused, exitCode: 128 });
  expect(refused.message).toMatch(/^ports are not available: listen/);
});
