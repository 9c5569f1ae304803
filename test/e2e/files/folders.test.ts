import { lstat, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createHost } from '../../../electron/host/host.ts';
import { berth, output } from '../berth.ts';
import { inContainer, removeContainers } from '../engine/shared-machine.ts';

const [shared, readOnly] = inject('shared');
const folder = join(shared, 'folders');

beforeAll(() => mkdir(folder));
afterAll(async () => {
  await removeContainers();
  await rm(folder, { recursive: true });
});

test('a container’s files appear on the host and belong to the user, and the other way round', async () => {
  await writeFile(join(folder, 'from-host'), 'hello');
  const script = 'cat /w/from-host; echo made > /w/made; chmod 750 /w/made; ln -s made /w/link';
  expect(await inContainer(script, '-v', `${folder}:/w`)).toBe('hello');
  expect(await readFile(join(folder, 'made'), 'utf8')).toBe('made\n');
  const made = await stat(join(folder, 'made'));
  expect({ mode: made.mode & 0o777, uid: made.uid }).toEqual({
    mode: 0o750,
    uid: process.getuid?.(),
  });
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
});

test('a change is visible immediately, also in an open file', async () => {
  const file = join(folder, 'changing');
  await writeFile(file, 'before');
  const script =
    'exec 3< /w/changing; cat <&3; echo; touch /w/go; while [ -e /w/go ]; do :; done; cat /w/changing';
  const seen = inContainer(script, '-v', `${folder}:/w`);
  await expect
    .poll(() => stat(join(folder, 'go')).catch(() => null), { timeout: 60_000 })
    .toBeTruthy();
  await writeFile(file, 'AFTER!');
  await rm(join(folder, 'go'));
  expect(await seen).toBe('before\nAFTER!');
});

test('a folder can be read-only by flag or by setting', async () => {
  const write = 'touch /w/file 2>/dev/null && echo written || echo refused';
  expect(await inContainer(write, '-v', `${folder}:/w:ro`)).toBe('refused');
  expect(await inContainer(write, '-v', `${readOnly}:/w`)).toBe('refused');
  const created = await berth(['create', '-v', `${join(readOnly, 'new')}:/w`, 'busybox']);
  expect(created.stderr).toContain('read-only file system');
});

test('-v makes a folder that is missing, --mount does not; a single file can be mounted', async () => {
  await output('create', '-v', `${join(folder, 'a/b')}:/w`, 'busybox');
  expect((await stat(join(folder, 'a/b'))).isDirectory()).toBe(true);
  const source = join(folder, 'missing');
  const refused = await berth(['create', '--mount', `type=bind,src=${source},dst=/w`, 'busybox']);
  expect(refused.stderr).toContain(`bind source path does not exist: ${source}`);
  await writeFile(join(folder, 'one'), 'one file');
  expect(await inContainer('cat /etc/one', '-v', `${join(folder, 'one')}:/etc/one:ro`)).toBe(
    'one file',
  );
});

test('a named volume can stand for a folder of the host, and only for a shared one', async () => {
  const bound = join(folder, 'bound');
  await mkdir(bound);
  await writeFile(join(bound, 'from-host'), 'hello');
  const create = (name: string, device: string) =>
    output('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', `device=${device}`, name);
  const use = (volume: string) =>
    berth([
      'run',
      '--rm',
      '-v',
      `${volume}:/w`,
      'busybox',
      'sh',
      '-c',
      'cat /w/*; echo made >/w/made',
    ]);
  await create('bound', bound);
  expect((await use('bound')).stdout).toBe('hello');
  expect(await readFile(join(bound, 'made'), 'utf8')).toBe('made\n');
  await output('volume', 'rm', 'bound');
  expect(await readFile(join(bound, 'from-host'), 'utf8')).toBe('hello');
  // A link of the host that leads outside counts as what it leads to.
  await symlink('/etc', join(bound, 'etc'));
  const refusals = [
    // As with docker, which takes the missing directory for a missing program.
    { device: join(bound, 'missing'), exitCode: 127 },
    { device: '/srv/elsewhere', exitCode: 125 },
    { device: join(bound, 'etc'), exitCode: 125 },
  ];
  for (const { device, exitCode } of refusals) {
    await create('elsewhere', device);
    const refused = await use('elsewhere');
    expect({ device, ...refused }).toMatchObject({ exitCode });
    expect(refused.stderr).toMatch(
      /failed to mount local volume: .*(no such file|not in a shared)/,
    );
    await output('volume', 'rm', 'elsewhere');
  }
});

test('a path outside the shared folders is rejected, also by the engine, with the setting that helps', async () => {
  const refused = await berth(['run', '--rm', '-v', '/srv/elsewhere:/w', 'busybox', 'true']);
  expect(refused.exitCode).toBe(125);
  expect(refused.stderr).toContain('sharedFolders');
  const { engine } = createHost({ home: inject('home') });
  const HostConfig = { Binds: ['/srv/elsewhere:/w'] };
  const foreign = engine.json('POST', '/containers/create', {
    body: { Image: 'busybox', HostConfig },
  });
  await expect(foreign).rejects.toThrow(
    /\/srv\/elsewhere is not in a shared folder.*sharedFolders/,
  );
});

test('symbolic links can’t lead outside, in a container or as a mount', async () => {
  const secret = join(inject('home'), 'secret');
  await mkdir(secret);
  await writeFile(join(secret, 'file'), 'secret');
  await symlink(secret, join(folder, 'out'));
  await symlink('/etc', join(folder, 'etc'));
  const look = 'cat /w/out/file /w/out/../secret/file 2>/dev/null; cat /w/etc/hostname';
  expect(await inContainer(look, '-h', 'inside', '-v', `${folder}:/w`)).toBe('inside');
  for (const link of ['out', 'etc', 'out/file']) {
    const path = join(folder, link);
    const mounted = await berth(['run', '--rm', '-v', `${path}:/w`, 'busybox', 'ls', '/w']);
    expect(mounted.stderr).toContain('is not in a shared folder');
  }
});

test('a symbolic link within the shared folders is followed as on the host', async () => {
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'file'), 'found');
  await symlink(join(folder, 'real'), join(folder, 'absolute'));
  await symlink('absolute', join(folder, 'relative'));
  expect(await inContainer('cat /w/file', '-v', `${join(folder, 'relative')}:/w`)).toBe('found');
});
