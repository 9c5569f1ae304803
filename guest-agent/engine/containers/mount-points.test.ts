import { expect, it } from 'vitest';
import { hostConfigSchema } from './config.ts';
import { parseBind, requestedMountPoints } from './mount-points.ts';

const requested = (host: object, imageVolumes: string[] = []) =>
  requestedMountPoints(hostConfigSchema.parse(host), imageVolumes).map(
    ({ type, name, source, destination }) => [type, name || source, destination],
  );

it('tells volumes from folders by the slash', () => {
  expect(requested({ Binds: ['data:/var/data', '/srv/www:/www:ro'] })).toEqual([
    ['volume', 'data', '/var/data'],
    ['bind', '/srv/www', '/www'],
  ]);
  expect(parseBind('/srv/www:/www:ro').readOnly).toBe(true);
});

it('leaves out the image’s volume where the user mounts something else', () => {
  expect(requested({ Tmpfs: { '/data': 'size=1m' } }, ['/data', '/logs'])).toEqual([
    ['tmpfs', '', '/data'],
    ['volume', '', '/logs'],
  ]);
});

it.each([
  [{ Binds: ['a:/x', 'b:/x'] }, 'Duplicate mount point: /x'],
  [{ Binds: ['a:relative'] }, 'mount path must be absolute'],
  [{ Binds: ['a:/'] }, "destination can't be '/'"],
  [{ Binds: ['a:/x:sideways'] }, 'invalid mode: sideways'],
  [{ Binds: ['a:/x:ro:more'] }, 'invalid volume specification'],
])('refuses %o', (host, message) => {
  expect(() => requested(host)).toThrow(message);
});
