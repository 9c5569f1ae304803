import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { typedPath } from '../../../../guest-agent/contract/host-path.ts';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import type { ServiceBuild } from './build-schema.ts';
import type { ComposeFile, ProjectVolume } from './file-schema.ts';
import type { Scope } from './loading.ts';
import { mapValues } from './record.ts';
import type { Service } from './service-schema.ts';

/** What relative paths in a file refer to. */
type Origin = Pick<Scope, 'directory' | 'pathsFrom'>;

/** Makes every host path in the file absolute, or one from the folder of `pathsFrom`. */
export function resolvePaths(file: ComposeFile, origin: Origin): ComposeFile {
  const absolute = pathFrom(origin);
  // Files whose variables stay can have empty entries.
  const withFile = <T extends { file?: string | undefined }>(entry: T): T =>
    entry?.file === undefined ? entry : { ...entry, file: absolute(entry.file) };
  return {
    ...file,
    services: mapValues(file.services, (service) => resolveService(service, absolute)),
    secrets: mapValues(file.secrets, withFile),
    configs: mapValues(file.configs, withFile),
    volumes: mapValues(file.volumes, (volume) => resolveVolume(volume, absolute)),
  };
}

function pathFrom({ directory, pathsFrom }: Origin): Absolute {
  return (path) => {
    if (/^~[/\\]|^~$/.test(path)) return join(homedir(), path.slice(1));
    if (directory === pathsFrom) return path;
    const absolute = resolve(directory, typedPath(path, process.platform === 'win32'));
    return pathsFrom === undefined || isAbsolute(path) ? absolute : relative(pathsFrom, absolute);
  };
}

/** A volume can be a folder of the host. */
function resolveVolume(volume: ProjectVolume, absolute: Absolute): ProjectVolume {
  const { driver, driver_opts: options } = volume ?? {};
  if (driver !== 'local' || options?.o !== 'bind' || options.device === undefined) return volume;
  return { ...volume, driver_opts: { ...options, device: absolute(options.device) } };
}

type Absolute = (path: string) => string;

function resolveService(service: Service, absolute: Absolute): Service {
  const { build, env_file: envFiles, label_file: labelFiles, volumes, develop } = service;
  return {
    ...service,
    ...(build && { build: resolveBuild(build as Partial<ServiceBuild>, absolute) }),
    ...(envFiles && {
      env_file: envFiles.map((file) => ({ ...file, path: absolute(file.path) })),
    }),
    ...(labelFiles && { label_file: labelFiles.map(absolute) }),
    ...(develop?.watch && {
      develop: {
        ...develop,
        watch: develop.watch.map((trigger) => ({ ...trigger, path: absolute(trigger.path) })),
      },
    }),
    ...(volumes && {
      volumes: volumes.map((mount) =>
        mount.type === 'bind' && mount.source !== undefined
          ? { ...mount, source: absolute(mount.source) }
          : mount,
      ),
    }),
  };
}

/**
 * Builds without a context use the folder of their file. Only once all files are merged: a later file may
 * just add an argument.
 */
export function withContexts(file: ComposeFile, origin: Origin): ComposeFile {
  const context = pathFrom(origin)('.');
  return mapBuilds(file, (build) => ({ context, ...build }));
}

/** Builds without a Dockerfile use the default one. */
export function withDockerfiles(file: ComposeFile): ComposeFile {
  return mapBuilds(file, (build) =>
    build.dockerfile_inline ? build : { ...build, dockerfile: build.dockerfile ?? 'Dockerfile' },
  );
}

function mapBuilds(
  file: ComposeFile,
  change: (build: Partial<ServiceBuild>) => Partial<ServiceBuild>,
): ComposeFile {
  const services = mapValues(file.services, (service) =>
    service?.build
      ? { ...service, build: change(service.build as Partial<ServiceBuild>) as Service['build'] }
      : service,
  );
  return { ...file, services };
}

function resolveBuild(
  build: Partial<ServiceBuild>,
  absolute: Absolute,
): NonNullable<Service['build']> {
  const { context, additional_contexts: others, ssh, ...rest } = build;
  // `service:NAME` and `docker-image://NAME` aren't paths either.
  const isPath = (text: string) => !/^(https?|git|ssh|[a-z-]{2,}):|^git@|^github\.com\//.test(text);
  const place = (text: string) => (isPath(text) ? absolute(text) : text);
  return {
    ...rest,
    ...(context !== undefined && { context: place(context) }),
    ...(ssh && { ssh: ssh.map((entry) => withAbsoluteKey(entry, absolute)) }),
    ...(others && { additional_contexts: mapValues(others, place) }),
  } as NonNullable<Service['build']>;
}

/** `NAME=PATH`, or the name of an agent. */
function withAbsoluteKey(entry: string, absolute: Absolute): string {
  const [name, path] = splitEntry(entry);
  return path ? `${name}=${absolute(path)}` : entry;
}
