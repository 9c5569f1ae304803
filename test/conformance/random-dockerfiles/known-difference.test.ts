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
  expect(explainFailure('x: unknown flag', '', known)).toBe('newer');
  expect(explainFailure('x: unknown flag', 'another mistake', known)).toBeUndefined();
});
