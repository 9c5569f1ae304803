import { expect, test } from 'vitest';
import { withoutMoreErrors } from './several-errors.ts';

const berth = { steps: ['[s 2/4] COPY a / ERROR'], error: 'ERROR: "/a": not found' };
const docker = { ...berth, steps: [...berth.steps, '[s 4/4] COPY b / ERROR'] };
const differences = [
  { aspect: 'error' as const, lines: ['-  > [s 4/4] COPY b /:'] },
  { aspect: 'steps' as const, lines: ['- [s 4/4] COPY b / ERROR'] },
];

test('Docker may show more steps that fail, if the error is the same', () => {
  expect(withoutMoreErrors(docker, berth, differences)).toEqual({
    rest: [],
    reasons: [expect.stringContaining('several steps at once')],
  });
  const other = { ...berth, error: 'ERROR: "/b": not found' };
  expect(withoutMoreErrors(docker, other, differences).rest).toEqual(differences);
});

test('Berth must show a step that fails, and other differences remain', () => {
  const none = { ...berth, steps: [] };
  expect(withoutMoreErrors(docker, none, differences).rest).toEqual(differences);
  const config = { aspect: 'config' as const, lines: ['- User="a"'] };
  expect(withoutMoreErrors(docker, berth, [...differences, config]).rest).toEqual([config]);
});
