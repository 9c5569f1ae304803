import { expect, it } from 'vitest';
import { faultOfVolumeName } from './volume-name.ts';

it.each(['a', '-ab', 'two words', 'a/b', ''])('does not take %j', (name) => {
  expect(faultOfVolumeName(name, [])).toContain('two or more');
});

it('takes the names that engines take, but no name twice', () => {
  expect(faultOfVolumeName('pg_data-1.x', [])).toBeUndefined();
  expect(faultOfVolumeName('data', ['data'])).toContain('already');
});
