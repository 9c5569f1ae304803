import { expect, test } from 'vitest';
import { explain, explainFailure } from './known-difference.ts';

test('a reason explains its lines, and the other lines of the difference remain', () => {
  const known = [{ why: 'as it should be', aspect: 'config' as const, where: /^[-+] User=/ }];
  const lines = ['- User="a"', '+ User="b"', '- Cmd=["x"]'];
  expect(explain({ aspect: 'config', lines }, known)).toEqual({
    reasons: ['as it should be'],
    rest: { aspect: 'config', lines: ['- Cmd=["x"]'] },
  });
  expect(explain({ aspect: 'config', lines: lines.slice(0, 2) }, known).rest).toBeUndefined();
  expect(explain({ aspect: 'files', lines }, known).reasons).toEqual([]);
});

test('a failure has a reason only if both engines say what is expected', () => {
  const known = [{ why: 'newer', docker: /unknown flag$/, berth: /^$/ }];
  expect(explainFailure('x: unknown flag', '', known)?.why).toBe('newer');
  expect(explainFailure('x: unknown flag', 'another mistake', known)).toBeUndefined();
});

test('the words of the runtimes about a missing program are explained, but no other line', () => {
  const docker =
    '- runc run failed: unable to start container process: error during container init: exec: "a": executable file not found in $PATH';
  const berth = '+ executable file `a` not found in $PATH: No such file or directory';
  const other = '+ executable file `a` not found in $PATH: No such file or directory (os error 2)';
  expect(explain({ aspect: 'error', lines: [docker, berth, other] }).rest?.lines).toEqual([other]);
  const step = (line: string) => line.replace(/^([-+]) /, '$1 [s0 2/2] RUN ["a"] ERROR\n  ');
  expect(explain({ aspect: 'steps', lines: [step(docker), step(berth)] }).rest).toBeUndefined();
});

test('WORKDIR may be cached only in Berth', () => {
  const lines = ['- [s 1/3] WORKDIR /w DONE', '+ [s 1/3] WORKDIR /w CACHED'];
  expect(explain({ aspect: 'cache', lines }).rest).toBeUndefined();
  const swapped = ['- [s 1/3] WORKDIR /w CACHED', '+ [s 1/3] WORKDIR /w DONE'];
  expect(explain({ aspect: 'cache', lines: swapped }).rest?.lines).toEqual(swapped);
});
