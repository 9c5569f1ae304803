import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { detachFilter, parseDetachKeys } from './detach-keys.ts';

async function typed(sequence: string, keys: readonly string[]) {
  let detached = 0;
  const filter = detachFilter(parseDetachKeys(sequence), () => detached++);
  for (const key of keys) filter.write(key);
  filter.end();
  return { passed: await text(filter), detached };
}

test('key sequences', () => {
  expect([...parseDetachKeys('ctrl-p,ctrl-q')]).toEqual([16, 17]);
  expect([...parseDetachKeys('a,ctrl-@,ctrl-]')]).toEqual([97, 0, 29]);
  for (const text of ['', 'ab', 'ctrl-1']) expect(() => parseDetachKeys(text)).toThrow();
});

test('passes on everything except the sequence, in one chunk or in several', async () => {
  expect(await typed('ctrl-p,ctrl-q', ['a\x10b', 'c'])).toEqual({ passed: 'a\x10bc', detached: 0 });
  expect(await typed('ctrl-p,ctrl-q', ['ab\x10\x11c', 'd'])).toEqual({ passed: 'ab', detached: 1 });
  expect(await typed('ctrl-p,ctrl-q', ['\x10', '\x11'])).toEqual({ passed: '', detached: 1 });
  expect(await typed('ctrl-p,ctrl-q', ['\x10'])).toEqual({ passed: '\x10', detached: 0 });
  expect(await typed('ctrl-p,ctrl-q', ['\x10\x10\x11'])).toEqual({ passed: '\x10', detached: 1 });
});
