import { expect, test } from 'vitest';
import {
  formatDevice,
  formatDeviceWeight,
  formatOperations,
  formatThrottle,
  parseDevice,
  parseDeviceWeight,
  parseOperations,
  parseThrottle,
} from './device.ts';

const device = (path: string, inContainer = path, access = 'rwm') => ({
  ...{ PathOnHost: path, PathInContainer: inContainer, CgroupPermissions: access },
});

test.each([
  ['/dev/fuse', device('/dev/fuse')],
  ['/dev/a:/dev/b', device('/dev/a', '/dev/b')],
  ['/dev/a:r', device('/dev/a', '/dev/a', 'r')],
  ['/dev/a:/dev/b:rw', device('/dev/a', '/dev/b', 'rw')],
])('%s', (text, expected) => {
  expect(parseDevice(text)).toEqual(expected);
  expect(formatDevice(expected)).toBe(text);
});

test.each([
  ['/dev/a', device('/dev/a', '', '')],
  ['/dev/a:r', device('/dev/a', '', 'r')],
  ['/dev/a:/dev/b', device('/dev/a', '/dev/b', '')],
])('leaves out what is empty: %s', (text, empty) => {
  expect(formatDevice(empty)).toBe(text);
});

test.each(['', 'fuse', '/dev/a:b', '/dev/a:/dev/b:x', '/dev/a:/dev/b:r:w'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseDevice(text)).toThrow(`invalid device "${text}"`);
  },
);

test('device rates are sizes, operations are numbers', () => {
  expect(parseThrottle('/dev/vdb:1mb')).toEqual({ Path: '/dev/vdb', Rate: 1024 ** 2 });
  expect(formatThrottle(parseThrottle('/dev/vdb:1mb'))).toBe('/dev/vdb:1m');
  expect(formatOperations(parseOperations('/dev/vdb:1024'))).toBe('/dev/vdb:1024');
  expect(formatDeviceWeight(parseDeviceWeight('/dev/vdb:500'))).toBe('/dev/vdb:500');
  expect(() => parseOperations('/dev/vdb:1k')).toThrow('expected /dev/NAME:NUMBER');
  expect(() => parseThrottle('vdb:1')).toThrow('expected /dev/NAME:RATE');
  expect(() => parseThrottle('/dev/vdb:x')).toThrow('"x" is not a valid size');
  expect(() => parseDeviceWeight('/dev/vdb')).toThrow('expected /dev/NAME:WEIGHT');
});
