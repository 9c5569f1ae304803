import { expect, test } from 'vitest';
import { startFailure } from './start-failure.ts';

test.each([
  ['executable file `nosuch` not found in $PATH', 127, /exec: "nosuch": executable file not found/],
  ['open executable: Permission denied', 126, /exec: "nosuch": permission denied$/],
  ['chdir to `/there`: No such file or directory', 127, /chdir to cwd \("\/there"\) set in config/],
  ['something else', 128, /^something else$/],
])('%s ends with %i', (said, exitCode, message) => {
  const failure = startFailure(new Error(said), 'nosuch');
  expect(failure.exitCode).toBe(exitCode);
  expect(failure.error.message).toMatch(message);
});
