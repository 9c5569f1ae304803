import { expect, test } from 'vitest';
import { parseMountInfo, readMounts } from './mount-info.ts';

test('reads every field, with and without optional fields', () => {
  const mounts = parseMountInfo(
    [
      '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue',
      '40 36 0:30 / /run/berth/l/0123 ro - erofs /data/index.erofs ro,device=/data/layer.tar',
      '',
    ].join('\n'),
  );
  expect(mounts).toEqual([
    {
      id: 36,
      parentId: 35,
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      type: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    },
    {
      id: 40,
      parentId: 36,
      root: '/',
      mountPoint: '/run/berth/l/0123',
      options: ['ro'],
      type: 'erofs',
      source: '/data/index.erofs',
      superOptions: ['ro', 'device=/data/layer.tar'],
    },
  ]);
});

test('decodes spaces and backslashes in paths', () => {
  const [mount] = parseMountInfo('1 0 0:1 / /a\\040b\\134c rw - tmpfs none rw\n');
  expect(mount?.mountPoint).toBe('/a b\\c');
});

test.runIf(process.platform === 'linux')('reads the mounts of the local system', async () => {
  const mounts = await readMounts();
  expect(mounts.some(({ mountPoint, type }) => mountPoint === '/proc' && type === 'proc')).toBe(
    true,
  );
});
