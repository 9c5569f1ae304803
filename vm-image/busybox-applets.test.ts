import { expect, test } from 'vitest';
import { busyboxApplets } from './busybox-applets.ts';

test('the table of commands is found among the binary’s other texts', () => {
  const binary = Buffer.from(
    '\x7fELF\0[\0[[\0alias\0\0junk\x01[\0[[\0acpid\0ash\0sh\0zcat\0\0/bin/sh\0',
  );
  expect(busyboxApplets(binary)).toEqual(['[', '[[', 'acpid', 'ash', 'sh', 'zcat']);
});

test('a binary without the table is refused', () => {
  expect(() => busyboxApplets(Buffer.from('\x7fELF\0nothing\0'))).toThrow(/no table/);
});
