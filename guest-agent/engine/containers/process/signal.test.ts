import { expect, it } from 'vitest';
import { signalNumber } from './signal.ts';

it.each([
  ['TERM', 15],
  ['sigterm', 15],
  ['9', 9],
  ['SIGRTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['RTMAX-1', 63],
  ['SIGRTMAX', 64],
])('knows %s', (name, number) => {
  expect(signalNumber(name)).toBe(number);
});

it.each(['FOO', '0', '65', 'RTMIN+31', 'RTMAX+1', ''])('refuses %j', (name) => {
  expect(() => signalNumber(name)).toThrow(`invalid signal: ${name}`);
});
