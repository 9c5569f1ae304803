import { expect, test } from 'vitest';
import { requireShared } from './require-shared.ts';

const folders = [{ path: '/home/me', readOnly: false }];

test.each(['/home/me', '/home/me/x', '/var/run/docker.sock', '/'])('%s is allowed', (path) => {
  expect(() => requireShared(path, folders, 'linux')).not.toThrow();
});

test.each(['/home/mean', '/home/me/../you', '/Home/Me/x'])('%s is refused', (path) => {
  expect(() => requireShared(path, folders, 'linux')).toThrow(
    `"${path}" isn't in a shared folder (shared folders: /home/me)`,
  );
});

test('case is ignored on Windows and macOS', () => {
  expect(() => requireShared('/HOME/me/x', folders, 'darwin')).not.toThrow();
  const windows = [{ path: 'C:\\Users\\Me', readOnly: false }];
  expect(() => requireShared('c:\\users\\me\\x', windows, 'win32')).not.toThrow();
  expect(() => requireShared('D:\\x', windows, 'win32')).toThrow("isn't in a shared folder");
});
