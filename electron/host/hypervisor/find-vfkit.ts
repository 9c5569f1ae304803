import { join } from 'node:path';
import { HostError } from '../base/errors.ts';
import { runProgram } from '../base/process.ts';
import { compareVersions } from '../base/version-order.ts';
import { locateProgram } from './locate-program.ts';

/** vfkit, which runs VMs with Apple's Virtualization framework. */
export interface Vfkit {
  readonly program: string;
  readonly version: string;
}

/** The first release with `--pidfile`. */
const oldestVersion = '0.6.2';

const hint =
  'Reinstall Berth, run `brew install vfkit`, or set `hypervisor` to "qemu" in the settings.';

/** Where vfkit is, whatever its version; undefined if it isn't installed. */
export function locateVfkit(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return locateProgram('vfkit', join('vfkit', 'bin'), environment);
}

/** Finds vfkit: first beside the app, then on PATH, then in the usual folders. */
export async function findVfkit(environment: NodeJS.ProcessEnv = process.env): Promise<Vfkit> {
  const program = locateVfkit(environment);
  if (program === undefined) {
    throw new HostError('missing-program', 'vfkit was not found', { hint });
  }
  const { stdout } = await runProgram(program, ['--version']);
  const version = parseVfkitVersion(stdout);
  if (version === undefined || compareVersions(version, oldestVersion) < 0) {
    throw new HostError(
      'missing-program',
      `${program} is vfkit ${version ?? 'of unknown version'}; ${oldestVersion} or newer is needed`,
      { hint },
    );
  }
  return { program, version };
}

/** `0.6.4` from `vfkit version: v0.6.4`; some builds omit the `v`. */
export function parseVfkitVersion(output: string): string | undefined {
  return /^vfkit version: v?(\d+\.\d+\.\d+)/m.exec(output)?.[1];
}
