import { expect, test } from 'vitest';
import { resolveImage } from './resolve.ts';

const one = `sha256:abc1${'0'.repeat(60)}`;
const two = `sha256:abc2${'0'.repeat(60)}`;
const digest = `sha256:${'d'.repeat(64)}`;
const images = new Map([
  [one, 'one'],
  [two, 'two'],
]);
const names = new Map([
  ['docker.io/library/busybox:latest', { image: one }],
  [`docker.io/library/busybox@${digest}`, { image: one }],
  ['docker.io/library/abc1:latest', { image: two }],
]);
const resolve = (text: string) =>
  resolveImage(text, images, (name) => images.get(names.get(name)?.image ?? ''));

test.each([
  ['busybox', 'one'],
  ['docker.io/library/busybox:latest', 'one'],
  [`busybox@${digest}`, 'one'],
  [`busybox:other@${digest}`, 'one'],
  [one, 'one'],
  [two.slice(7), 'two'],
  ['abc2', 'two'],
  ['sha256:abc1', 'one'],
  // A name goes before the beginning of an ID.
  ['abc1', 'two'],
])('%s', (text, image) => {
  expect(resolve(text)).toBe(image);
});

test('no match', () => {
  expect(() => resolve('none')).toThrow('No such image: none:latest');
  expect(() => resolve('busybox:1')).toThrow('No such image: busybox:1');
  expect(() => resolve('No Name')).toThrow('No such image: No Name');
  expect(() => resolve('')).toThrow('No such image');
});

test('several matches', () => {
  expect(() => resolve('abc')).toThrow('multiple IDs found with provided prefix: abc');
});
