import type { Command } from 'commander';
import type { UpOptions } from '../../host/compose/apply/up.ts';
import { collect } from '../flags/repeated.ts';
import { parseScale } from './scale.ts';

/** The flags of the commands that create containers. */
export interface CreationOptions {
  readonly alwaysRecreateDeps?: boolean;
  /** False with `--no-build`. */
  readonly build?: boolean;
  readonly forceRecreate?: boolean;
  readonly pull?: string;
  readonly quietBuild?: boolean;
  readonly quietPull?: boolean;
  /** False with `--no-recreate`. */
  readonly recreate: boolean;
  readonly removeOrphans?: boolean;
  readonly renewAnonVolumes?: boolean;
  readonly scale?: readonly string[];
}

export function addCreationFlags(command: Command): Command {
  return command
    .option('--build', 'Build images before starting containers')
    .option('--no-build', "Don't build an image, even if its policy says so")
    .option(
      '--force-recreate',
      "Recreate containers even if their configuration and image haven't changed",
    )
    .option('--quiet-pull', 'Pull without printing progress information')
    .option('-y, --yes', 'Assume "yes" as answer to all prompts and run non-interactively')
    .option('--pull <policy>', 'Pull image before running: always, missing or never')
    .option('--no-recreate', "If containers already exist, don't recreate them")
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .option('--scale <service=number>', 'Number of containers for a service', collect);
}

export function creation(
  options: CreationOptions,
): Pick<
  UpOptions,
  | 'build'
  | 'noBuild'
  | 'recreate'
  | 'recreateDependencies'
  | 'removeOrphans'
  | 'renewVolumes'
  | 'scale'
> {
  const { build, removeOrphans = false, forceRecreate, recreate, scale = [] } = options;
  const { alwaysRecreateDeps: recreatesDependencies, renewAnonVolumes = false } = options;
  return {
    ...{ build: build === true, noBuild: build === false, removeOrphans },
    renewVolumes: renewAnonVolumes,
    recreateDependencies: recreatesDependencies ? 'always' : recreate ? 'changed' : 'never',
    recreate: forceRecreate ? 'always' : recreate ? 'changed' : 'never',
    scale: Object.fromEntries(scale.map((text) => parseScale(text))),
  };
}
