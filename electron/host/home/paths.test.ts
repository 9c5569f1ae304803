import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { berthHome, machinePaths } from './paths.ts';

test('all files of a machine lie in its own directory', () => {
  const { directory, ...files } = machinePaths('/home/me/.berth', 'default', 'linux');
  expect(directory).toBe(join('/home/me/.berth/machines/default'));
  for (const file of Object.values(files)) expect(join(file, '..')).toBe(directory);
  expect(new Set(Object.values(files)).size).toBe(Object.keys(files).length);
});

test('BERTH_HOME comes before ~/.berth', () => {
  expect(berthHome({ BERTH_HOME: '/tmp/elsewhere' })).toBe(resolve('/tmp/elsewhere'));
  expect(berthHome({})).toMatch(/\.berth$/);
});

test('a home too deep for sockets is refused with a way out', () => {
  expect(() => machinePaths(`/${'x'.repeat(90)}`, 'default', 'darwin')).toThrow(
    expect.objectContaining({ code: 'invalid', hint: expect.stringContaining('BERTH_HOME') }),
  );
});

test.each(['', '../other', 'Upper', '-a', 'a-', 'a/b', 'x'.repeat(33)])(
  'refuses %o as a name',
  (name) => {
    expect(() => machinePaths('/h', name, 'linux')).toThrow('is not a valid VM name');
  },
);

test('pipes on Windows differ by home and kind, however deep the home', () => {
  const home = `C:\\Users\\${'x'.repeat(120)}`;
  const { engineSocket, controlSocket } = machinePaths(home, 'default', 'win32');
  expect(engineSocket).toMatch(/^\\\\\.\\pipe\\berth-[0-9a-f]{16}-engine$/);
  expect(controlSocket).not.toBe(engineSocket);
  expect(machinePaths('C:\\b', 'default', 'win32').engineSocket).not.toBe(engineSocket);
});
