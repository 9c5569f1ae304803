import { expect, test } from 'vitest';
import { directoryItems } from './destination.ts';
import { parseChange } from './permissions.ts';

test.each([
  ['711', 0o711],
  ['4711', 0o711],
  ['u+x', 0o755],
])('--chmod=%s gives new directories the mode %o', async (text, mode) => {
  const made = [{ path: 'd', stats: undefined, isFile: false }];
  const options = { owner: undefined, change: parseChange(text) };
  const modes: number[] = [];
  for await (const { member } of directoryItems('/', made, options)) modes.push(member.mode);
  expect(modes).toEqual([mode]);
});
