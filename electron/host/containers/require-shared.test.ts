import { once } from 'node:events';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
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

test('keys in a shared folder are refused, unless their folder is shared too', () => {
  const home = { path: homedir(), readOnly: false };
  const keys = { path: join(homedir(), '.ssh'), readOnly: true };
  const id = join(keys.path, 'id');
  expect(() => requireShared(id, [home])).toThrow('is for keys or passwords');
  expect(() => requireShared(id, [home, keys])).not.toThrow();
  expect(() => requireShared(join(homedir(), 'work'), [home])).not.toThrow();
});

test('case is ignored on Windows and macOS', () => {
  expect(() => requireShared('/HOME/me/x', folders, 'darwin')).not.toThrow();
  const windows = [{ path: 'C:\\Users\\Me', readOnly: false }];
  expect(() => requireShared('c:\\users\\me\\x', windows, 'win32')).not.toThrow();
  expect(() => requireShared('D:\\x', windows, 'win32')).toThrow("isn't in a shared folder");
});

test.skipIf(onWindows('a pipe isn’t a file there'))('a socket is left to the engine', async () => {
  const path = join(await temporaryDirectory(), 'engine.sock');
  const server = createServer().listen(path);
  await once(server, 'listening');
  expect(() => requireShared(path, folders)).not.toThrow();
  server.close();
});
