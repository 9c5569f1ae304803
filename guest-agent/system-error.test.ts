import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { EngineError } from './errors.ts';
import { isShortage, plainMessage } from './system-error.ts';

const failure = (code: string) =>
  Object.assign(new Error(`${code}: no luck, open '/var/lib/berth/secret'`), { code });

test.each([
  ['ENOSPC', /^no space left on the VM's disk/],
  ['EIO', /^input\/output error: a disk/],
  ['EROFS', /^the disk is read-only/],
  ['EMFILE', /^too many open files in the engine/],
  ['ENOMEM', /^not enough memory in the VM/],
])('says what %s means, without a path of the engine', (code, words) => {
  const error = failure(code);
  expect(isShortage(error)).toBe(true);
  expect(plainMessage(error)).toMatch(words);
  const wrapped = new EngineError('internal', `can't start web: ${error.message}`, {
    cause: error,
  });
  expect(isShortage(wrapped)).toBe(true);
  expect(plainMessage(wrapped)).toMatch(/^can't start web: \w/);
  expect(plainMessage(wrapped)).not.toContain('/var/lib/berth');
});

test('keeps the words of other errors', async () => {
  const missing = await readFile('/no/such/file').catch((error: Error) => error);
  expect(isShortage(missing)).toBe(false);
  expect(plainMessage(missing)).toContain('/no/such/file');
  expect(plainMessage('only text')).toBe('only text');
});
