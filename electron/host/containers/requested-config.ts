import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../engine/config-schema.ts';

/** The image's values, where the container sets none. */
const FROM_IMAGE = [
  'User',
  'WorkingDir',
  'Cmd',
  'Entrypoint',
  'Healthcheck',
  'StopSignal',
] as const satisfies readonly (keyof Config)[];

/**
 * A container's configuration without its image's defaults: what the user requested, and what a
 * container from another image should be created with.
 */
export function ownConfig(config: Config, image: Config): Config {
  const own: Config = { ...config };
  // Arguments only make sense with the entrypoint they were written for.
  const sameEntrypoint = isDeepStrictEqual(config.Entrypoint, image.Entrypoint);
  for (const key of FROM_IMAGE) {
    if (key === 'Cmd' && !sameEntrypoint) continue;
    if (isDeepStrictEqual(config[key], image[key])) delete own[key];
  }
  own.Env = config.Env.filter((entry) => !image.Env.includes(entry));
  own.Labels = without(config.Labels, image.Labels);
  own.ExposedPorts = without(config.ExposedPorts, image.ExposedPorts);
  own.Volumes = without(config.Volumes, image.Volumes);
  return own;
}

function without<T>(all: Record<string, T>, given: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all).filter(([key, value]) => !isDeepStrictEqual(value, given[key])),
  );
}
