import { lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost } from '../../../electron/host/host.ts';
import { outcomeOf, printed } from '../../fixtures/outcome.ts';
import { spawnBerth } from '../berth.ts';

/** A separate VM that mounts shared folders over SFTP, as with a hypervisor without 9p. */
let home: string;
let folder: string;
const berth = async (...words: string[]) => {
  const outcome = outcomeOf(spawnBerth(words, { BERTH_HOME: home, BERTH_SHARING: 'sftp' }), '');
  return printed(`berth ${words.join(' ')}`, await outcome);
};
const inContainer = (script: string, ...flags: string[]) =>
  berth('run', '--rm', ...flags, 'busybox', 'sh', '-c', script);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-'));
  folder = join(home, 'shared');
  await mkdir(folder);
  const { settings } = createHost({ home });
  await settings.update({
    ...{ cpus: 1, memoryMiB: 1024, diskGiB: 8 },
    sharedFolders: [{ path: folder, readOnly: false }],
  });
  await berth('machine', 'start');
});
afterAll(async () => {
  await berth('machine', 'kill');
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

test('files and their modes pass both ways, and a change is visible immediately', async () => {
  await writeFile(join(folder, 'from-host'), 'hello');
  const script = [
    'mount | grep -q " /w type fuse.sshfs" && cat /w/from-host',
    'echo made > /w/made; chmod 750 /w/made; ln -s made /w/link; touch /w/go',
    'while [ -e /w/go ]; do :; done; cat /w/from-host',
  ].join('; ');
  const seen = inContainer(script, '-v', `${folder}:/w`);
  await expect
    .poll(() => stat(join(folder, 'go')).catch(() => null), { timeout: 60_000 })
    .toBeTruthy();
  await writeFile(join(folder, 'from-host'), 'AFTER');
  await rm(join(folder, 'go'));
  expect(await seen).toBe('helloAFTER');
  expect(await readFile(join(folder, 'made'), 'utf8')).toBe('made\n');
  expect((await stat(join(folder, 'made'))).mode & 0o777).toBe(0o750);
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
});

test('a symbolic link can’t lead outside, and a read-only folder can’t be changed', async () => {
  await writeFile(join(home, 'secret'), 'secret');
  await symlink(join(home, 'secret'), join(folder, 'leak'));
  await symlink('/etc', join(folder, 'etc'));
  const look = 'cat /w/leak 2>/dev/null; cat /w/etc/hostname; touch /w/x 2>/dev/null || echo no';
  expect(await inContainer(look, '-h', 'inside', '-v', `${folder}:/w:ro`)).toBe('inside\nno');
});
