import { mkdir, stat } from 'node:fs/promises';
import { normalize } from 'node:path';
import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { HostConfig } from './config.ts';
import type { MountPoint } from './container.ts';

const bindOptions = new Set([
  ...['ro', 'rw', 'z', 'Z', 'nocopy', 'consistent', 'cached', 'delegated'],
  ...['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'],
]);

/**
 * Every mount a container asked for: `Binds`, `Mounts` and `Tmpfs`, and the `VOLUME`s of its image
 * at places that are still free. Nothing is made yet. Throws EngineError 'invalid'.
 */
export function requestedMountPoints(
  host: HostConfig,
  imageVolumes: readonly string[],
): MountPoint[] {
  const requests = [
    ...host.Binds.map(parseBind),
    ...host.Mounts.map(fromMountRequest),
    ...Object.entries(host.Tmpfs).map(([path, options]) => tmpfs(path, options.split(','))),
  ];
  const twice = requests.find(
    ({ destination }, index) =>
      requests.findIndex((earlier) => earlier.destination === destination) < index,
  );
  if (twice) throw new EngineError('invalid', `Duplicate mount point: ${twice.destination}`);
  const taken = new Set(requests.map(({ destination }) => destination));
  const others = imageVolumes.map((path) => volume('', path));
  return [...requests, ...others.filter(({ destination }) => !taken.has(destination))];
}

/** `source:destination[:options]`; a source without a slash is a volume's name. */
export function parseBind(bind: string): MountPoint {
  const [source = '', target, optionText, ...rest] = bind.split(':');
  const [from, to] = target === undefined ? ['', source] : [source, target];
  const options = optionText?.split(',').filter(Boolean) ?? [];
  const unknown = options.find((option) => !bindOptions.has(option));
  if (rest.length > 0 || to === '' || (target !== undefined && source === '')) {
    throw new EngineError('invalid', `invalid volume specification: '${bind}'`);
  }
  if (unknown) throw new EngineError('invalid', `invalid mode: ${optionText}`);
  const point = from.startsWith('/') ? bindPoint(from, to) : volume(from, to);
  return { ...point, readOnly: options.includes('ro'), options };
}

function fromMountRequest(request: HostConfig['Mounts'][number]): MountPoint {
  const readOnly = request.ReadOnly;
  switch (request.Type) {
    case 'tmpfs': {
      const { SizeBytes = 0, Mode = 0 } = request.TmpfsOptions ?? {};
      return tmpfs(request.Target, [
        ...(SizeBytes ? [`size=${SizeBytes}`] : []),
        ...(Mode ? [`mode=${Mode.toString(8)}`] : []),
        ...(readOnly ? ['ro'] : []),
      ]);
    }
    case 'bind':
      return { ...bindPoint(request.Source, request.Target), readOnly, options: ['must-exist'] };
    case 'volume':
      return { ...volume(request.Source, request.Target), readOnly };
  }
}

function bindPoint(source: string, path: string): MountPoint {
  return { ...volume('', path), type: 'bind', source, anonymous: false };
}

function tmpfs(path: string, options: string[]): MountPoint {
  return {
    ...volume('', path),
    type: 'tmpfs',
    anonymous: false,
    options: options.filter(Boolean),
  };
}

function volume(name: string, path: string): MountPoint {
  if (!path.startsWith('/')) {
    throw new EngineError(
      'invalid',
      `invalid mount config: invalid mount path: '${path}' mount path must be absolute`,
    );
  }
  const destination = normalize(path).replace(/(.)\/$/, '$1');
  if (destination === '/') {
    throw new EngineError('invalid', "invalid mount config: destination can't be '/'");
  }
  return {
    type: 'volume',
    name,
    source: '',
    destination,
    readOnly: false,
    anonymous: name === '',
    options: [],
  };
}

/** Makes a volume that is missing, or the source directory of a bind. */
export async function prepareMountPoint(engine: Engine, point: MountPoint): Promise<MountPoint> {
  if (point.type === 'volume') {
    const { name } = await engine.volumes.ensure(point.name);
    return { ...point, name, source: engine.volumes.mountpoint(name) };
  }
  if (point.type === 'bind') {
    const mustExist = point.options.includes('must-exist');
    const found = await stat(point.source).catch(() => undefined);
    if (!found && mustExist) {
      throw new EngineError(
        'invalid',
        `invalid mount config for type "bind": bind source path does not exist: ${point.source}`,
      );
    }
    if (!found) await mkdir(point.source, { recursive: true, mode: 0o755 });
    return { ...point, options: point.options.filter((option) => option !== 'must-exist') };
  }
  return point;
}
