import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { BuildArgs } from '../build-args.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { initialState } from '../initial-state.ts';
import type { BuildSession } from '../session.ts';
import { mountsKey, removeStubs, runMounts, visibleMounts } from './run-mounts.ts';

const session = {
  args: new BuildArgs({}, undefined),
  escapeChar: '\\',
} as unknown as BuildSession;
const state = initialState(undefined, { WorkingDir: '/work', Env: ['U=1000', 'D=sub'] });
const mounts = (flags: string) =>
  runMounts(session, state, parseTrigger(`RUN ${flags} true`, '\\'));

test.each([
  ['type=cache,target=cache', { target: '/work/cache', id: 'cache' }],
  ['type=cache,target=/c/', { target: '/c', id: '/c' }],
  ['type=cache,target=/c,id=n', { target: '/c', id: 'n' }],
  ['type=tmpfs,target=../x/$D', { target: '/x/sub' }],
  ['type=cache,target=/c,uid=$U', { target: '/c', uid: 1000 }],
  ['type=secret,id=s', { target: '', id: 's' }],
  ['type=secret,source=a/s', { target: '', id: 'a/s' }],
  ['type=cache,target=', { target: '/work', id: '.' }],
])('--mount=%s', (flag, expected) => {
  expect(mounts(`--mount=${flag}`)).toMatchObject([expected]);
});

test.each(['type=cache,target=/', 'type=tmpfs,target=..'])('--mount=%s is refused', (flag) => {
  expect(() => mounts(`--mount=${flag}`)).toThrow('invalid mount target "/"');
});

test.each([
  ['secret,id=s', 'SECRET'],
  ['ssh', 'SSH'],
])('--mount=type=%s can’t replace the root', (flag, name) => {
  expect(() => mounts(`--mount=type=${flag},target=/`)).toThrow(`invalid mount type ${name} for /`);
});

test('a RUN whose mounts differ in any option isn’t taken from the cache', async () => {
  const options = [
    '',
    ',env=V',
    ',uid=1',
    ',gid=1',
    ',mode=0444',
    ',rw',
    ',required',
    ',target=/x',
  ];
  const keys: string[] = [];
  for (const option of options) {
    const found = await mountsKey(session, mounts(`--mount=type=secret,id=s${option}`)).next();
    if (found.done) keys.push(String(found.value.keys));
  }
  expect(new Set(keys).size).toBe(options.length);
});

test('a mount point is removed only from the changes of the command, and not through a link', async () => {
  await using directory = await temporaryDirectory();
  const at = (path: string) => join(directory.path, path);
  await mkdir(at('upper/point'), { recursive: true });
  await mkdir(at('outside/empty'), { recursive: true });
  await writeFile(at('outside/file'), '');
  await symlink(at('outside'), at('upper/link'));
  await removeStubs(at('upper'), ['link', 'link/empty', 'link/file', 'point']);
  expect((await stat(at('outside/empty'))).isDirectory()).toBe(true);
  expect((await stat(at('outside/file'))).isFile()).toBe(true);
  await expect(stat(at('upper/point'))).rejects.toThrow('ENOENT');
});

test('of mounts with the same target, a command sees the last', () => {
  const found = mounts(
    '--mount=type=tmpfs,target=/a --mount=type=cache,target=/b --mount=type=bind,target=/a,source=x --mount=type=secret,id=s,env=ONE --mount=type=secret,id=s,env=TWO',
  );
  expect(visibleMounts(found)).toEqual(found.slice(1));
});
