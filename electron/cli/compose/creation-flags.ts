import type { Command } from 'commander';
import type { UpOptions } from '../../host/compose/apply/up.ts';
import { collect } from '../flags/repeated.ts';
import { parseScale } from './scale.ts';

/** The flags of the commands that create containers. */
export interface CreationOptions {
  readonly build?: boolean;
  readonly forceRecreate?: boolean;
  readonly pull?: string;
  /** False with `--no-recreate`. */
  readonly recreate: boolean;
  readonly removeOrphans?: boolean;
  readonly scale?: readonly string[];
}

export function addCreationFlags(command: Command): Command {
  return command
    .option('--build', 'Build images before starting containers')
    .option(
      '--force-recreate',
      "Recreate containers even if their configuration and image haven't changed",
    )
    .option('--pull <policy>', 'Pull image before running: always, missing or never')
    .option('--no-recreate', "If containers already exist, don't recreate them")
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .option('--scale <service=number>', 'Number of containers for a service', collect);
}

export function creation(
  options: CreationOptions,
): Pick<UpOptions, 'build' | 'recreate' | 'removeOrphans' | 'scale'> {
  const { build = false, removeOrphans = false, forceRecreate, recreate, scale = [] } = options;
  return {
    ...{ build, removeOrphans },
    recreate: forceRecreate ? 'always' : recreate ? 'changed' : 'never',
    scale: Object.fromEntries(scale.map((text) => parseScale(text))),
  };
}
