import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { isSystemError } from '../base/system-error.ts';
import { dockerHost } from '../docker-cli/docker-context.ts';
import { findResource } from '../home/resources.ts';
import type { PtyProgram } from './pty.ts';

export interface HostShellOptions {
  /** Berth's own directory and the machine's name, so that `berth` speaks to the same one. */
  readonly home: string;
  readonly machine: string;
  readonly engineSocket: string;
  /** The directory of the `berth` command, where there is one. */
  readonly commandDirectory?: string | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

/** The user's own shell, as a terminal of the system starts it, with `berth` and `docker` ready. */
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
  const path = [commandDirectory, environment[pathName]].filter(Boolean).join(delimiter);
  // Those are about how we were started ourselves.
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
  // Apps on macOS are started without what the user's profile sets up.
  return { file, args: platform === 'darwin' ? ['-l'] : [] };
}

function loginShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch (error) {
    // A user whom the system does not know.
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

/** In a checkout, the launcher that the build makes; in a packaged app, the one it ships. */
function berthDirectory(): string | undefined {
  const launcher = findResource(join('bin', 'berth')) ?? findResource(join('dist', 'berth'));
  return launcher && dirname(launcher);
}
