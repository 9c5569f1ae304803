import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { EngineError, isShortage, plainMessage } from './errors.ts';

const failure = (code: string) =>
  Object.assign(new Error(`${code}: no luck, open '/var/lib/berth/secret'`), { code });

test.each([
  ['ENOSPC', /^no space left on the VM's disk/],
  ['EIO', /^input\/output error: a disk/],
  ['EROFS', /^the disk is read-only/],
  ['EMFILE', /^too many open files in the engine/],
  ['ENFILE', /^too many open files in the VM/],
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

test('says what is wrong with an argument that no system call accepts', async () => {
  for (const [path, words] of [
    ['/a\0b', 'a name or an argument has a NUL byte'],
    [`/${'x'.repeat(5000)}`, 'a path or a name in it is too long'],
  ] as const) {
    const error = await readFile(path).catch((cause: Error) => cause);
    expect(isShortage(error)).toBe(false);
    expect(plainMessage(error)).toBe(words);
  }
});

test('keeps the words of other errors', async () => {
  const missing = await readFile('/no/such/file').catch((error: Error) => error);
  expect(isShortage(missing)).toBe(false);
  expect(plainMessage(missing)).toContain('/no/such/file');
  expect(plainMessage('only text')).toBe('only text');
});
