import { lstat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { requiredPath } from './query.ts';
import { apiError } from './status.ts';

test('a path with a NUL byte is a bad parameter', () => {
  expect(requiredPath(new URLSearchParams('path=/a'))).toBe('/a');
  expect(() => requiredPath(new URLSearchParams('path=/a%00b'))).toThrow(
    'bad parameter: path cannot have a NUL byte',
  );
});

test("a NUL byte that reaches a system call is the client's mistake too", async () => {
  const error: unknown = await lstat('a\0b').catch((cause: unknown) => cause);
  expect(apiError(error)).toEqual({
    ...{ status: 400, message: 'a name or an argument has a NUL byte' },
  });
});
