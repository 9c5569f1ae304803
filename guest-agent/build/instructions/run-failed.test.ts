import { expect, test } from 'vitest';
import { EngineError } from '../../errors.ts';
import { notStarted } from './run-failed.ts';

test('a command that cannot start says which command it is', () => {
  const cause = new EngineError('invalid', 'unable to find user joe: no matching entries');
  expect(notStarted(['/bin/sh', '-c', 'echo "a"'], cause)).toMatchObject({
    code: 'invalid',
    message:
      'process "/bin/sh -c echo \\"a\\"" did not complete successfully: unable to find user joe: no matching entries',
  });
});
