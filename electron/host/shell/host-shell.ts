import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, posix, win32 } from 'node:path';
import { isSystemError } from '../base/system-error.ts';
import { dockerHost } from '../docker-cli/docker-context.ts';
import { findResource } from '../home/resources.ts';
import type { PtyProgram } from './pty.ts';

export interface HostShellOptions {
  /** Berth's home directory and the VM's name, so that `berth` in the shell uses the same VM. */
  readonly home: string;
  readonly machine: string;
  readonly engineSocket: string;
  /** The directory of the `berth` command, if any. */
  readonly commandDirectory?: string | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

/**
 * The user's shell, started as the system's terminal would, with `berth` and `docker` available.
 */
export function hostShell(options: HostShellOptions): PtyProgram {
  const {
    home,
    machine,
    engineSocket,
    environment = process.env,
    platform = process.platform,
  } = options;
  const { commandDirectory = berthDirectory() } = options;
  // Windows writes it "Path".
  const pathName = Object.keys(environment).find((name) => /^path$/i.test(name)) ?? 'PATH';
  const { delimiter } = platform === 'win32' ? win32 : posix;
  const path = [commandDirectory, environment[pathName]].filter(Boolean).join(delimiter);
  // These describe how Berth itself was started.
  const { ELECTRON_RUN_AS_NODE: _, NODE_OPTIONS: __, ...env } = environment;
  return {
    ...shellOf(environment, platform),
    cwd: homedir(),
    env: {
      ...{ ...env, [pathName]: path, BERTH_HOME: home, BERTH_MACHINE: machine },
      DOCKER_HOST: dockerHost(engineSocket),
    },
  };
}

function shellOf(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform) {
  if (platform === 'win32') {
    const { ProgramFiles = 'C:\\Program Files', SystemRoot = 'C:\\Windows' } = environment;
    const newest = join(ProgramFiles, 'PowerShell', '7', 'pwsh.exe');
    const old = join(SystemRoot, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
    return { file: existsSync(newest) ? newest : old, args: ['-NoLogo'] };
  }
  const file = environment.SHELL || loginShell() || '/bin/sh';
  // Apps on macOS start without the environment of the user's profile.
  return { file, args: platform === 'darwin' ? ['-l'] : [] };
}

function loginShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch (error) {
    // The system doesn't know the user.
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

/** The launcher of the build in a checkout, or of the packaged app. */
function berthDirectory(): string | undefined {
  const launcher = findResource(join('bin', 'berth')) ?? findResource(join('dist', 'berth'));
  return launcher && dirname(launcher);
}
