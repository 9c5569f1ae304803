import { expect, test } from 'vitest';
import { choosePlatform, nativePlatform, parsePlatform, platformName } from './platform.ts';

const list = [
  'linux/amd64',
  'linux/arm/v6',
  'linux/arm/v7',
  'linux/arm64/v8',
  'windows/amd64',
  'unknown/unknown',
].map(parsePlatform);

test.each([
  ['linux/amd64', 0],
  ['amd64', 0],
  ['x86_64', 0],
  ['linux/arm64', 3],
  ['aarch64', 3],
  ['linux/arm', 2],
  ['linux/arm/v6', 1],
  ['windows/amd64', 4],
  ['linux/s390x', -1],
])('%s', (wanted, index) => {
  expect(choosePlatform(parsePlatform(wanted), list)).toBe(index);
});

test('an entry without a platform is never chosen', () => {
  expect(choosePlatform(parsePlatform('linux/amd64'), [undefined, parsePlatform('amd64')])).toBe(1);
});

test('rejects an invalid platform', () => {
  expect(() => parsePlatform('linux/amd64/v1/x')).toThrow(/invalid platform/);
  expect(() => parsePlatform('linux/ä')).toThrow(/invalid platform/);
});

test('an operating system or an architecture can stand alone', () => {
  expect(platformName(parsePlatform('armel'))).toBe('linux/arm/v6');
  expect(platformName(parsePlatform('i386'))).toBe('linux/386');
  expect(parsePlatform('linux')).toEqual(nativePlatform());
  expect(() => parsePlatform('nosuch')).toThrow(
    '"nosuch": unknown operating system or architecture: invalid argument',
  );
});

test('is written as it is parsed', () => {
  expect(platformName(parsePlatform('linux/arm64'))).toBe('linux/arm64/v8');
  expect(platformName(parsePlatform('linux/amd64'))).toBe('linux/amd64');
});
