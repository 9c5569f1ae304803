import { join } from 'node:path';
import { HostError } from '../base/errors.ts';
import { runProgram } from '../base/process.ts';
import { compareVersions } from '../base/version-order.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import { locateProgram } from './locate-program.ts';
import { parseVersion } from './version.ts';

/** A QEMU that can run this VM. */
export interface Qemu {
  readonly program: string;
  readonly version: string;
}

/** The first release that supports Berth's whole command line. */
const oldestVersion = '6.2';

/** Finds QEMU: first beside the app, then on PATH, then in the usual folders. */
export async function findQemu(
  architecture: GuestArchitecture,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<Qemu> {
  const name = `qemu-system-${architecture === 'amd64' ? 'x86_64' : 'aarch64'}`;
  const file = platform === 'win32' ? `${name}.exe` : name;
  const program = locateProgram(file, join('qemu', 'bin'), environment, platform);
  if (program === undefined) {
    throw new HostError('missing-program', `${name} was not found`, {
      hint: installHints[platform] ?? usualHint,
    });
  }
  const { stdout } = await runProgram(program, ['--version']);
  const version = parseVersion(stdout);
  if (version === undefined || compareVersions(version, oldestVersion) < 0) {
    throw new HostError(
      'missing-program',
      `${program} is QEMU ${version ?? 'of unknown version'}; ${oldestVersion} or newer is needed`,
      { hint: installHints[platform] ?? usualHint },
    );
  }
  return { program, version };
}

const installHints: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Reinstall Berth, or run `brew install qemu`.',
  win32: 'Reinstall Berth, or install QEMU for Windows.',
};
const usualHint = 'Install QEMU, for example with `apt install qemu-system`.';
