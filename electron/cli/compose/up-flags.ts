import { type Command, Option } from 'commander';
import { HostError } from '../../host/base/errors.ts';
import { parseInteger } from '../flags/numbers.ts';
import { collect } from '../flags/repeated.ts';
import { addCreationFlags, type CreationOptions } from './creation-flags.ts';
import type { ProjectOptions } from './project-flags.ts';

export interface UpFlags extends ProjectOptions, CreationOptions {
  readonly abortOnContainerExit?: boolean;
  readonly abortOnContainerFailure?: boolean;
  readonly attach?: readonly string[];
  readonly attachDependencies?: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
  /** False with `--no-deps`. */
  readonly deps: boolean;
  readonly detach?: boolean;
  readonly exitCodeFrom?: string;
  /** False with `--no-log-prefix`. */
  readonly logPrefix: boolean;
  readonly noAttach?: readonly string[];
  /** False with `--no-start`. */
  readonly start: boolean;
  readonly timeout?: number;
  readonly timestamps?: boolean;
  readonly wait?: boolean;
  readonly waitTimeout?: number;
  readonly watch?: boolean;
}

export function addUpFlags(command: Command): Command {
  return addCreationFlags(command)
    .option('--always-recreate-deps', 'Recreate dependent containers')
    .option('--abort-on-container-exit', 'Stop all containers if any container was stopped')
    .option('--abort-on-container-failure', 'Stop all containers if any container failed')
    .option('--attach <service>', 'Restrict attaching to the specified services', collect)
    .option('--attach-dependencies', 'Attach to log output of dependent services')
    .option('-d, --detach', 'Detached mode: Run containers in the background')
    .option(
      '--exit-code-from <service>',
      'Return the exit code of the selected service container. Implies --abort-on-container-exit',
    )
    .addOption(noAttachFlag())
    .option('--no-color', 'Produce monochrome output')
    .option('--no-deps', "Don't start linked services")
    .option('--no-log-prefix', "Don't print prefix in logs")
    .option('--no-start', "Don't start the services after creating them")
    .option(
      '-t, --timeout <seconds>',
      'Use this timeout in seconds for container shutdown when attached',
      parseInteger,
    )
    .option('--quiet-build', 'Suppress the build output')
    .option(
      '-V, --renew-anon-volumes',
      'Recreate anonymous volumes instead of retrieving data from the previous containers',
    )
    .addOption(new Option('--menu').hideHelp())
    .option('--timestamps', 'Show timestamps')
    .option('--wait', 'Wait for services to be running|healthy. Implies detached mode.')
    .option(
      '--wait-timeout <seconds>',
      'Maximum duration in seconds to wait for the project to be running|healthy',
      parseInteger,
    )
    .option(
      '-w, --watch',
      'Watch source code and rebuild/refresh containers when files are updated',
    );
}

/** A flag with a value, which isn't the opposite of `--attach`. */
function noAttachFlag(): Option {
  const flag = new Option(
    '--no-attach <service>',
    'Do not attach (stream logs) to the specified services',
  ).argParser(collect);
  flag.negate = false;
  return flag;
}

/** Throws HostError 'invalid' for flags that contradict each other, in Docker's words. */
export function checkUpFlags(flags: UpFlags): void {
  const { abortOnContainerExit, abortOnContainerFailure, exitCodeFrom } = flags;
  const aborts = abortOnContainerExit || (exitCodeFrom !== undefined && !abortOnContainerFailure);
  if (flags.abortOnContainerExit && flags.abortOnContainerFailure) {
    refuse('--abort-on-container-failure cannot be combined with --abort-on-container-exit');
  }
  const attaches = flags.attachDependencies || flags.attach !== undefined;
  if (flags.wait && (aborts || attaches)) {
    refuse(
      '--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies',
    );
  }
  if (flags.wait && (flags.abortOnContainerFailure || flags.watch)) {
    refuse(
      '--wait cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch',
    );
  }
  if (flags.detach && (aborts || attaches || flags.abortOnContainerFailure || flags.watch)) {
    refuse(
      '--detach cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch',
    );
  }
  if (flags.alwaysRecreateDeps && !flags.recreate) {
    refuse('--always-recreate-deps and --no-recreate are incompatible');
  }
  if (flags.forceRecreate && !flags.recreate) {
    refuse('--force-recreate and --no-recreate are incompatible');
  }
}

function refuse(message: string): never {
  throw new HostError('invalid', message);
}
