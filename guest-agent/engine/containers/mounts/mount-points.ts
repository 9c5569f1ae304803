import { normalize } from 'node:path';
import { hasDrive } from '../../../contract/host-path.ts';
import { EngineError } from '../../../errors.ts';
import { isPropagation, isVolumeOption, splitVolume } from '../../../grammar/volume.ts';
import type { Engine } from '../../engine.ts';
import type { VolumeSettings } from '../../volumes/volume.ts';
import type { MountPoint } from '../record/container.ts';
import type { HostConfig, MountRequest } from '../request/config.ts';

/** A mount point that isn't created yet. */
export interface RequestedMountPoint extends MountPoint {
  /** The settings of a volume that is created for it. */
  readonly settings?: VolumeSettings;
  /** For a bind mount: whether a missing source is an error instead of being created. */
  readonly mustExist?: boolean;
}

/**
 * Every mount of a container: from `Binds`, `Mounts` and `Tmpfs`; from other containers
 * (`VolumesFrom`); and from the `VOLUME`s of its image, at places that are still free. Creates
 * nothing. Throws EngineError 'invalid'.
 */
export function requestedMountPoints(
  host: HostConfig,
  imageVolumes: readonly string[],
  inherited: readonly MountPoint[] = [],
): RequestedMountPoint[] {
  const requests = [
    ...host.Binds.map(parseBind),
    ...host.Mounts.map(parseMount),
    ...Object.entries(host.Tmpfs).map(([path, options]) => tmpfs(path, options.split(','))),
  ];
  const twice = requests.find(
    ({ destination }, index) =>
      requests.findIndex((earlier) => earlier.destination === destination) < index,
  );
  if (twice) throw new EngineError('invalid', `Duplicate mount point: ${twice.destination}`);
  const taken = new Set(requests.map(({ destination }) => destination));
  const free = ({ destination }: MountPoint) => {
    const isFree = !taken.has(destination);
    taken.add(destination);
    return isFree;
  };
  // If several containers have a mount at the same place, the last container wins.
  const others = [...inherited].reverse().filter(free).reverse();
  return [...requests, ...others, ...imageVolumes.map((path) => volume('', path)).filter(free)];
}

/** The mounts of the containers in `VolumesFrom`: `CONTAINER[:ro|:rw]`. */
export function inheritedMountPoints(engine: Engine, volumesFrom: readonly string[]): MountPoint[] {
  return volumesFrom.flatMap((spec) => {
    const [, reference = '', mode = 'rw'] = /^([^:]+)(?::(.*))?$/.exec(spec) ?? [];
    if (reference === '') {
      throw new EngineError('invalid', 'volumes-from specification cannot be an empty string');
    }
    if (!/^((ro|rw|z|Z)(,|$))*$/.test(mode)) {
      throw new EngineError('invalid', `invalid mode: ${mode}`);
    }
    const other = engine.containers.find(reference)?.record;
    // As in Docker, the request isn't valid: to clients, 'not-found' would mean the image.
    if (!other) throw new EngineError('invalid', `No such container: ${reference}`);
    return other.mounts.map((point) => ({
      ...point,
      readOnly: point.readOnly || mode.split(',').includes('ro'),
    }));
  });
}

/**
 * Parses an entry of `Binds`: `source:destination[:options]`. A source without a slash is a
 * volume's name.
 */
export function parseBind(bind: string): MountPoint {
  const parts = splitVolume(bind);
  if (!parts) throw new EngineError('invalid', `invalid volume specification: '${bind}'`);
  const options = parts.options?.filter(Boolean) ?? [];
  if (!options.every(isVolumeOption)) {
    throw new EngineError('invalid', `invalid mode: ${parts.options}`);
  }
  const point = pointOf(bind, parts.source ?? '', parts.target);
  const propagation = options.find(isPropagation);
  return {
    ...point,
    readOnly: options.includes('ro'),
    options,
    ...(point.type === 'bind' && propagation && { propagation }),
  };
}

function pointOf(bind: string, from: string, to: string): MountPoint {
  try {
    return from.startsWith('/') || hasDrive(from) ? bindPoint(from, to) : volume(from, to);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const message = `invalid volume specification: '${bind}': ${error.message}`;
    throw new EngineError(error.code, message, { cause: error });
  }
}

/** The fields with the options of each mount type. */
const OPTIONS = {
  bind: 'BindOptions',
  volume: 'VolumeOptions',
  tmpfs: 'TmpfsOptions',
  image: 'ImageOptions',
} as const;
const isMountType = (type: string): type is MountPoint['type'] => Object.hasOwn(OPTIONS, type);

/** Parses an entry of `Mounts`. Throws EngineError 'invalid' in Docker's words. */
export function parseMount(request: MountRequest): RequestedMountPoint {
  const { Type: type, Source, Target, ReadOnly: readOnly } = request;
  if (!isMountType(type)) throw invalidMount(type, 'mount type unknown');
  for (const [kind, field] of Object.entries(OPTIONS)) {
    if (kind !== type && request[field]) {
      throw invalidMount(type, `field ${field} must not be specified`);
    }
  }
  switch (type) {
    case 'tmpfs':
      if (Source) throw invalidMount(type, 'field Source must not be specified');
      return tmpfs(Target, [...tmpfsOptions(request), ...(readOnly ? ['ro'] : [])]);
    case 'bind': {
      if (!Source) throw invalidMount(type, 'field Source must not be empty');
      const bind = request.BindOptions;
      const propagation = bind?.Propagation ?? '';
      if (propagation && !isPropagation(propagation)) {
        throw invalidMount(type, `invalid propagation mode: ${propagation}`);
      }
      return {
        ...bindPoint(Source, Target),
        readOnly,
        subpath: checkedSubpath(type, bind?.Subpath ?? ''),
        mustExist: !bind?.CreateMountpoint,
        ...(propagation && { propagation }),
        nonRecursive: bind?.NonRecursive ?? false,
        readOnlyNonRecursive: bind?.ReadOnlyNonRecursive ?? false,
      };
    }
    case 'volume': {
      const { NoCopy, Labels, DriverConfig, Subpath = '' } = request.VolumeOptions ?? {};
      checkVolumeDriver(DriverConfig?.Name ?? '', Source);
      if (Subpath && Source === '') {
        throw invalidMount(type, 'must not set Subpath when using anonymous volumes');
      }
      return {
        ...volume(Source, Target),
        readOnly,
        options: NoCopy ? ['nocopy'] : [],
        subpath: checkedSubpath(type, Subpath),
        settings: { labels: Labels ?? {}, options: DriverConfig?.Options ?? {} },
      };
    }
    case 'image': {
      if (!Source) throw invalidMount(type, 'field Source must not be empty');
      const subpath = checkedSubpath(type, request.ImageOptions?.Subpath ?? '');
      return {
        ...mountPoint(type, Target),
        ...{ source: Source, readOnly: true, subpath },
      };
    }
  }
}

function checkedSubpath(type: string, subpath: string): string {
  if (subpath.startsWith('/') || subpath.split('/').includes('..')) {
    throw invalidMount(type, `subpath must be a relative path within the ${type}`);
  }
  return subpath;
}

function tmpfsOptions({ TmpfsOptions }: MountRequest): string[] {
  const { SizeBytes = 0, Mode = 0, Options } = TmpfsOptions ?? {};
  return [
    ...(SizeBytes ? [`size=${SizeBytes}`] : []),
    ...(Mode ? [`mode=${Mode.toString(8)}`] : []),
    ...(Options ?? []).map((words) => words.join('=')),
  ];
}

/**
 * `VolumeDriver` is the driver of the volumes for which neither `Mounts` nor another container says
 * one. Throws EngineError 'not-found' for an unknown driver.
 */
export function checkDefaultDriver(
  { VolumeDriver, Mounts }: HostConfig,
  requested: readonly MountPoint[],
  inherited: readonly MountPoint[],
): void {
  const others = new Set([...Mounts.map(({ Target }) => Target), ...inherited.map(pathOf)]);
  const counts = requested.some(
    (point) => point.type === 'volume' && !others.has(point.destination),
  );
  if (counts) checkVolumeDriver(VolumeDriver);
}

const pathOf = ({ destination }: MountPoint) => destination;

/** Throws EngineError 'not-found' for an unknown volume driver. `volume` is the volume's name. */
export function checkVolumeDriver(name: string, volume = ''): void {
  if (name === '' || name === 'local') return;
  throw new EngineError(
    'not-found',
    `${volume && `create ${volume}: `}error looking up volume plugin ${name}: plugin "${name}" not found`,
  );
}

export function invalidMount(type: string, reason: string): EngineError {
  return new EngineError('invalid', `invalid mount config for type "${type}": ${reason}`);
}

function bindPoint(source: string, path: string): MountPoint {
  return { ...mountPoint('bind', path), source, propagation: 'rprivate' };
}

function tmpfs(path: string, options: string[]): MountPoint {
  return { ...mountPoint('tmpfs', path), options: options.filter(Boolean) };
}

function volume(name: string, path: string): MountPoint {
  return { ...mountPoint('volume', path), name, anonymous: name === '' };
}

/**
 * The runtime writes to files of /proc to confine a container, so nothing may stand in their place. Files
 * of the host over some of them are common, such as LXCFS's.
 */
function isInProc(destination: string): boolean {
  return destination === '/proc' || destination.startsWith('/proc/');
}

/** Throws EngineError 'invalid' for a path where nothing can be mounted. */
export function mountPoint(type: MountPoint['type'], path: string): MountPoint {
  if (!path.startsWith('/')) {
    throw invalidMount(type, `invalid mount path: '${path}' mount path must be absolute`);
  }
  const destination = normalize(path).replace(/(.)\/$/, '$1');
  if (destination === '/') {
    throw invalidMount(type, "invalid specification: destination can't be '/'");
  }
  if (isInProc(destination) && type === 'tmpfs') {
    throw invalidMount(type, `"${destination}" cannot be mounted because it is inside /proc`);
  }
  return {
    type,
    name: '',
    source: '',
    destination,
    readOnly: false,
    anonymous: false,
    options: [],
    subpath: '',
    propagation: '',
    nonRecursive: false,
    readOnlyNonRecursive: false,
    layers: [],
  };
}
