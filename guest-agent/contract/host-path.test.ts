import { describe, expect, test } from 'vitest';
import { hostPathForm, pathBelow, typedPath, windowsPath } from './host-path.ts';

describe('on Windows', () => {
  test.each([
    ['C:\\Users\\me', '/c/Users/me'],
    ['c:/Users/me/', '/c/Users/me'],
    ['//c/Users/me', '/c/Users/me'],
    ['/C/Users/me', '/c/Users/me'],
    ['C:\\Users\\.\\me\\..\\you', '/c/Users/you'],
    ['D:\\', '/d'],
    ['C:\\..\\..\\x', '/x'],
  ])('%s is %s', (path, form) => {
    expect(hostPathForm(path, true)).toBe(form);
  });

  test.each([
    ['/c/Users/me', 'C:\\Users\\me'],
    ['//C/Users/me', 'C:\\Users\\me'],
    ['/d', 'D:\\'],
    ['/code', '/code'],
    ['C:/Users/me', 'C:/Users/me'],
    ['.\\me', '.\\me'],
  ])('%s, as typed, is %s', (typed, path) => {
    expect(typedPath(typed, true)).toBe(path);
    expect(typedPath(typed, false)).toBe(typed);
  });

  test.each(['Users\\me', 'C:me', './me'])('%s isn’t an absolute path', (path) => {
    expect(hostPathForm(path, true)).toBeUndefined();
  });

  test.each([
    ['/c/Users/me', 'C:\\Users\\me'],
    ['/d', 'D:\\'],
    ['/usr/lib', undefined],
  ])('%s converts back to %s', (form, path) => {
    expect(windowsPath(form)).toBe(path);
  });
});

test.each([
  ['/home/me//a/./b/', '/home/me/a/b'],
  ['/home/../../etc', '/etc'],
  ['/C/odd', '/C/odd'],
  ['C:\\Users', undefined],
])('elsewhere %s is %s', (path, form) => {
  expect(hostPathForm(path, false)).toBe(form);
});

test.each([
  ['/home/me', '/home/me', false, ''],
  ['/home/me', '/home/me/a/b', false, 'a/b'],
  ['/', '/etc', false, 'etc'],
  ['/home/me', '/home/mean', false, undefined],
  ['/home/me', '/Home/Me/A', false, undefined],
  ['/c/Users/me', '/c/users/ME/A', true, 'A'],
])('below %s, %s (case ignored: %s) is %s', (folder, path, ignoresCase, below) => {
  expect(pathBelow(folder, path, ignoresCase)).toBe(below);
});
