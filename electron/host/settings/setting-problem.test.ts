import { expect, it } from 'vitest';
import { settingsPatchSchema } from '../../api/settings.ts';
import { settingProblem } from './setting-problem.ts';

it.each([
  [{ diskGiB: 1 }, 'diskGiB must be at least 4'],
  [{ cpus: 1000 }, 'cpus must be at most 256'],
  [{ cpus: 1.5 }, 'cpus must be a whole number'],
  [{ memoryMiB: 'much' }, 'memoryMiB must be a number'],
  [{ hostAccess: 'some' }, 'hostAccess must be one of: all, none'],
  [
    { sharedFolders: Array.from({ length: 17 }, () => ({ path: '/data', readOnly: false })) },
    'sharedFolders must have at most 16 entries',
  ],
])('%j: %s', (patch, words) => {
  const { error } = settingsPatchSchema.safeParse(patch);
  expect(error && settingProblem(error)).toBe(words);
});
