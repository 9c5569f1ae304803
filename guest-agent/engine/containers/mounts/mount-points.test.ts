import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testEngine } from '../../testing/test-engine.ts';
import { hostConfigSchema } from '../request/config.ts';
import {
  checkDefaultDriver,
  inheritedMountPoints,
  parseBind,
  requestedMountPoints,
} from './mount-points.ts';

const requested = (host: object, imageVolumes: string[] = []) =>
  requestedMountPoints(hostConfigSchema.parse(host), imageVolumes).map(
    ({ type, name, source, destination }) => [type, name || source, destination],
  );

it('distinguishes volumes from folders by the slash', () => {
  expect(requested({ Binds: ['data:/var/data', '/srv/www:/www:ro'] })).toEqual([
    ['volume', 'data', '/var/data'],
    ['bind', '/srv/www', '/www'],
  ]);
  expect(parseBind('/srv/www:/www:ro').readOnly).toBe(true);
});

it('omits the image’s volume where the user mounts something else', () => {
  expect(requested({ Tmpfs: { '/data': 'size=1m' } }, ['/data', '/logs'])).toEqual([
    ['tmpfs', '', '/data'],
    ['volume', '', '/logs'],
  ]);
});

it.each([
  [{ Binds: ['a:/x', 'b:/x'] }, 'Duplicate mount point: /x'],
  [
    { Binds: ['/a:relative'] },
    `invalid volume specification: '/a:relative': invalid mount config for type "bind": invalid mount path: 'relative' mount path must be absolute`,
  ],
  [{ Binds: ['a:/'] }, `for type "volume": invalid specification: destination can't be '/'`],
  [{ Binds: ['a:/x:sideways'] }, 'invalid mode: sideways'],
  [{ Tmpfs: { '/proc/self/attr': '' } }, 'cannot be mounted because it is inside /proc'],
  [{ Tmpfs: { '/x/../proc/': '' } }, 'cannot be mounted because it is inside /proc'],
  [{ Binds: ['a:/x:ro:more'] }, 'invalid volume specification'],
])('rejects %o', (host, message) => {
  expect(() => requested(host)).toThrow(message);
});

it('reads a volume’s settings and subpath from a mount', () => {
  const [point] = requestedMountPoints(
    hostConfigSchema.parse({
      Mounts: [
        {
          ...{ Type: 'volume', Source: 'data', Target: '/d', ReadOnly: true },
          VolumeOptions: {
            ...{ NoCopy: true, Labels: { a: '1' }, Subpath: 'part' },
            DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs' } },
          },
        },
      ],
    }),
    [],
  );
  expect(point).toMatchObject({
    ...{ name: 'data', readOnly: true, options: ['nocopy'], subpath: 'part' },
    settings: { labels: { a: '1' }, options: { type: 'tmpfs', device: 'tmpfs' } },
  });
});

it('mounts a part of an image read-only', () => {
  const [point] = requestedMountPoints(
    hostConfigSchema.parse({
      Mounts: [
        { Type: 'image', Source: 'busybox', Target: '/i', ImageOptions: { Subpath: 'bin' } },
      ],
    }),
    [],
  );
  expect(point).toMatchObject({ type: 'image', source: 'busybox', readOnly: true, subpath: 'bin' });
});

it.each([
  [{ Type: 'nosuch' }, 'invalid mount config for type "nosuch": mount type unknown'],
  [{ Type: 'image' }, 'field Source must not be empty'],
  [{ Type: 'volume', Source: 'a', VolumeOptions: { Subpath: '../x' } }, 'subpath must be'],
  [{ Type: 'volume', VolumeOptions: { Subpath: 'x' } }, 'must not set Subpath'],
  [{ Type: 'bind', Source: '/a', BindOptions: { Propagation: 'wide' } }, 'invalid propagation'],
  [{ Type: 'bind', Source: '/a', VolumeOptions: {} }, 'field VolumeOptions must not be specified'],
  [{ Type: 'tmpfs', Source: '/a' }, 'field Source must not be specified'],
])('rejects the mount %o', (mount, message) => {
  expect(() => requested({ Mounts: [{ Target: '/x', ...mount }] })).toThrow(message);
});

it.each([
  [{}, false],
  [{ Binds: ['/host:/a'] }, false],
  [{ Mounts: [{ Type: 'volume', Source: 'v', Target: '/a' }] }, false],
  [{ Binds: ['v:/a'] }, true],
])('a default volume driver counts only for volumes without their own: %j', (host, counts) => {
  const config = hostConfigSchema.parse({ ...host, VolumeDriver: 'nosuch' });
  const check = () => checkDefaultDriver(config, requestedMountPoints(config, []), []);
  if (counts) expect(check).toThrow('plugin "nosuch" not found');
  else expect(check).not.toThrow();
});

it('prefers requested mounts over other containers’, and those over the image’s', () => {
  const inherited = requestedMountPoints(
    hostConfigSchema.parse({ Binds: ['one:/a', 'two:/b', 'three:/c'] }),
    [],
  );
  const points = requestedMountPoints(
    hostConfigSchema.parse({ Binds: ['own:/a'] }),
    ['/b', '/d'],
    inherited,
  );
  expect(points.map(({ name, destination }) => [destination, name])).toEqual([
    ['/a', 'own'],
    ['/b', 'two'],
    ['/c', 'three'],
    ['/d', ''],
  ]);
});

it('reports a missing container so that clients don’t look for a missing image', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mount-points-'));
  try {
    const engine = await testEngine(directory);
    expect(() => inheritedMountPoints(engine, ['nosuch:ro'])).toThrow(
      expect.objectContaining({ code: 'invalid', message: 'No such container: nosuch' }),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
