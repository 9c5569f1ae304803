import { expect, it } from 'vitest';
import { requestedMountPoints } from '../../engine/containers/mounts/mount-points.ts';
import { hostConfigSchema } from '../../engine/containers/request/config.ts';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { encodeMountPoints } from './mount-points.ts';

const encode = (host: object, imageVolumes: string[] = []) => {
  const mounts = requestedMountPoints(hostConfigSchema.parse(host), imageVolumes);
  return encodeMountPoints({ ...testRecord({}, host), mounts });
};

it('gives a mount the requested mode, or Docker’s default for volumes', () => {
  const modes = encode(
    {
      Binds: ['data:/a', 'data:/b:ro,nocopy', '/etc:/c', '/etc:/d:ro'],
      Mounts: [
        { Type: 'volume', Source: 'data', Target: '/e/', VolumeOptions: { NoCopy: true } },
        { Type: 'bind', Source: '/etc', Target: '/f' },
      ],
    },
    ['/g'],
  ).map(({ Destination, Mode }) => [Destination, Mode]);
  expect(Object.fromEntries(modes)).toEqual({
    ...{ '/a': 'z', '/b': 'ro,nocopy', '/c': '', '/d': 'ro', '/e': 'z', '/f': '', '/g': '' },
  });
});

it('lists a tmpfs among the mounts only if it was requested as a mount', () => {
  const Mounts = [{ Type: 'tmpfs', Target: '/m' }];
  expect(encode({ Tmpfs: { '/t': '' }, Mounts })).toMatchObject([
    { Type: 'tmpfs', Destination: '/m', Mode: '' },
  ]);
});
