import { mkdir, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { loadFileCalls } from '../../../runtime/files/file-calls.ts';
import { Shares } from '../../../shares/shares.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { followLinks } from '../../archive/path-stat.ts';
import type { Engine } from '../../engine.ts';
import { mountRequestSchema } from '../request/config.ts';
import { parseMount } from './mount-points.ts';
import { prepareMountPoint } from './prepare-mount-point.ts';

/** Calls about a path that ends with `/broken` fail with this code, if there is one. */
const failure = vi.hoisted(() => ({ code: '' }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const failing =
    <Options>(call: (path: string, options: Options) => Promise<unknown>) =>
    async (path: string, options: Options) => {
      if (failure.code === '' || !String(path).endsWith('/broken')) return call(path, options);
      throw Object.assign(new Error(failure.code), { code: failure.code });
    };
  return {
    ...original,
    lstat: failing(original.lstat),
    mkdir: failing(original.mkdir),
    readlink: failing(original.readlink),
    stat: failing(original.stat),
  };
});

let root: string;
let engine: Engine;

beforeEach(async () => {
  failure.code = '';
  const made = await temporaryDirectory();
  onTestFinished(() => made[Symbol.asyncDispose]());
  root = made.path;
  const folder = { tag: 'home', hostPath: '/home/me', readOnly: false, transport: '9p' } as const;
  const config = { windows: false, ignoresCase: false, folders: [folder] };
  await mkdir(join(root, 'home'));
  engine = { shares: new Shares(config, root, async () => true) } as unknown as Engine;
});

const CODES = ['EACCES', 'EPERM', 'EIO', 'ESTALE'];

const requested = (CreateMountpoint: boolean) =>
  parseMount(
    mountRequestSchema.parse({
      ...{ Type: 'bind', Source: '/home/me/broken', Target: '/t' },
      BindOptions: { CreateMountpoint },
    }),
  );

test.each(CODES)('a shared folder that fails with %s is refused in words', async (code) => {
  failure.code = code;
  await expect(prepareMountPoint(engine, requested(false))).rejects.toMatchObject({
    ...{ name: 'EngineError', code: 'invalid' },
    message: expect.stringContaining('bind source path does not exist: /home/me/broken'),
  });
  await expect(prepareMountPoint(engine, requested(true))).rejects.toMatchObject({
    ...{ name: 'EngineError', code: 'invalid' },
    message: `error while creating mount source path '/home/me/broken': mkdir /home/me/broken: ${code}`,
  });
});

test('a fault that no file system reports is not taken for a missing path', async () => {
  failure.code = 'EMFILE';
  await expect(prepareMountPoint(engine, requested(true))).rejects.toMatchObject({
    code: 'EMFILE',
  });
});

test.each(CODES)('a link of a shared folder that fails with %s is not followed', async (code) => {
  await loadFileCalls();
  await symlink('elsewhere', join(root, 'home/broken'));
  const handle = await open(root, 'r');
  onTestFinished(() => handle.close());
  expect(await followLinks(handle.fd, '/home/broken/x')).toBe('/home/elsewhere/x');
  failure.code = code;
  expect(await followLinks(handle.fd, '/home/broken/x')).toBe('/home/broken/x');
});
