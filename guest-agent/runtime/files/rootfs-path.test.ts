import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveUser } from '../user.ts';
import { resolveInRoot } from './rootfs-path.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-root-'));
  await mkdir(join(root, 'etc'));
});
afterEach(() => rm(root, { recursive: true }));

it('follows links as the container would, but never out of its root', async () => {
  await mkdir(join(root, 'real'));
  await symlink('/real', join(root, 'absolute'));
  await symlink('../../../../etc', join(root, 'climbing'));
  expect(await resolveInRoot(root, '/absolute/file')).toBe(join(root, 'real/file'));
  expect(await resolveInRoot(root, '/climbing/passwd')).toBe(join(root, 'etc/passwd'));
  expect(await resolveInRoot(root, '../../outside')).toBe(join(root, 'outside'));
});

it('rejects circular links', async () => {
  await symlink('b', join(root, 'a'));
  await symlink('a', join(root, 'b'));
  await expect(resolveInRoot(root, '/a')).rejects.toMatchObject({ code: 'ELOOP' });
});

it('reads users from the container, not from the VM', async () => {
  await writeFile(join(root, 'etc/passwd'), 'web:x:33:44::/var/www:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'logs:x:55:web\nops:x:66:\n');
  expect(await resolveUser(root, 'web')).toEqual({
    ...{ uid: 33, gid: 44, additionalGids: [44, 55], home: '/var/www' },
  });
  expect(await resolveUser(root, 'web:ops')).toMatchObject({ gid: 66, additionalGids: [66] });
  expect(await resolveUser(root, '1234')).toMatchObject({ uid: 1234, gid: 0, home: '/' });
  for (const user of ['99999999999999', '0:2147483648']) {
    await expect(resolveUser(root, user)).rejects.toThrow(
      'uids and gids must be in range 0-2147483647',
    );
  }
  await expect(resolveUser(root, 'nobody')).rejects.toThrow(
    'unable to find user nobody: no matching entries in passwd file',
  );
});

it('does not wait for a pipe that replaces the list of users', async () => {
  execFileSync('mkfifo', [join(root, 'etc/passwd')]);
  expect(await resolveUser(root, '0')).toMatchObject({ uid: 0, gid: 0, home: '/' });
});
