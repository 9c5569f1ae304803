import { expect, test } from 'vitest';
import { parseVolume } from './volume.ts';

test.each([
  ['/data', { kind: 'anonymous', target: '/data' }],
  ['data:/data', { kind: 'volume', source: 'data', target: '/data', mode: undefined }],
  ['data:/data:ro', { kind: 'volume', source: 'data', target: '/data', mode: 'ro' }],
  ['/home/me:/data', { kind: 'bind', source: '/home/me', target: '/data', mode: undefined }],
  ['./a:/b:ro,z', { kind: 'bind', source: './a', target: '/b', mode: 'ro,z' }],
  ['C:\\me:/b:ro', { kind: 'bind', source: 'C:\\me', target: '/b', mode: 'ro' }],
])('%s', (text, volume) => {
  expect(parseVolume(text)).toEqual(volume);
});

test.each(['', ':', 'data:', ':/data', 'a:/b:ro:x', 'a:b', 'data', 'a:/b:rx', '-a:/b'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseVolume(text)).toThrow(`invalid volume "${text}"`);
  },
);
