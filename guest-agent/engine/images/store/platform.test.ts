import { expect, test } from 'vitest';
import { nativePlatform, parsePlatform } from '../../../registry/platform.ts';
import { foreignPlatformWarnings, requirePlatform } from './platform.ts';

const foreign = parsePlatform(nativePlatform().architecture === 'arm64' ? 'amd64' : 'arm64');

test('an image of a platform that was not requested counts as missing', () => {
  expect(() => requirePlatform(nativePlatform(), 'app', foreign)).toThrow(
    /^image with reference app was found but its platform \(linux\/\w+.*\) does not match/,
  );
  expect(() => requirePlatform(foreign, 'app', foreign)).not.toThrow();
  expect(() => requirePlatform(foreign, 'app', undefined)).not.toThrow();
});

test('warns about an image that can only be emulated', () => {
  expect(foreignPlatformWarnings(nativePlatform())).toEqual([]);
  expect(foreignPlatformWarnings(foreign)).toEqual([
    expect.stringContaining('no specific platform was requested'),
  ]);
});
