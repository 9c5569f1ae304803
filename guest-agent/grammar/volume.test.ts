import { expect, test } from 'vitest';
import {
  formatVolume,
  isHostPath,
  parseVolume,
  splitVolume,
  tmpfsEntries,
  tmpfsMap,
} from './volume.ts';

test.each([
  ['/data', { target: '/data' }],
  ['data:/data', { source: 'data', target: '/data' }],
  ['data:/data:ro', { source: 'data', target: '/data', options: ['ro'] }],
  ['/home/me:/data', { source: '/home/me', target: '/data' }],
  ['./a:/b:ro,z', { source: './a', target: '/b', options: ['ro', 'z'] }],
  ['C:\\me:/b:ro', { source: 'C:\\me', target: '/b', options: ['ro'] }],
  ['c:/me:/b:rslave', { source: 'c:/me', target: '/b', options: ['rslave'] }],
])('%s', (text, volume) => {
  expect(parseVolume(text)).toEqual(volume);
  expect(formatVolume(volume)).toBe(text);
});

test.each([
  ...['', ':', 'data:', ':/data', 'a:/b:ro:x', 'a:b', 'data', 'a:/b:rx', '-a:/b', 'a:/b'],
  ...['ab:/b:', 'a/b:/c'],
])('refuses "%s"', (text) => {
  expect(() => parseVolume(text)).toThrow(`invalid volume "${text}"`);
});

test('recognizes host folders as Docker does', () => {
  expect(['/a', './a', '..', '~/a', 'C:\\a', 'c:/a', '\\\\x\\a'].every(isHostPath)).toBe(true);
  expect(['data', 'a/b', 'a.b'].some(isHostPath)).toBe(false);
});

test('splits the text without checking the parts', () => {
  expect(splitVolume('x:relative:odd')).toEqual({
    ...{ source: 'x', target: 'relative', options: ['odd'] },
  });
  expect(['', 'a:', ':b', 'a:/b:ro:c'].map(splitVolume)).toEqual(Array(4).fill(undefined));
});

test('tmpfs entries', () => {
  const entries = ['/run', '/tmp:size=64m,mode=1777'];
  expect(tmpfsMap(entries)).toEqual({ '/run': '', '/tmp': 'size=64m,mode=1777' });
  expect(tmpfsEntries(tmpfsMap(entries))).toEqual(entries);
});
