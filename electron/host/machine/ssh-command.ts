import { HostError } from '../base/errors.ts';
import type { MachinePaths } from '../home/paths.ts';
import type { MachineAddress } from './protocol.ts';

/** The error if `ssh` or `scp` can't be started, with how to get the program on this system. */
export function missingSsh(
  program: string,
  cause?: unknown,
  platform: NodeJS.Platform = process.platform,
): HostError {
  const hint =
    platform === 'win32'
      ? 'In Windows Settings, open System › Optional features and add "OpenSSH Client". Then open a new terminal.'
      : 'Install the OpenSSH client.';
  return new HostError(
    'missing-program',
    `${program} wasn't found. Berth uses OpenSSH for this command`,
    {
      ...{ hint, cause },
    },
  );
}

/** argv for OpenSSH's `ssh`: our key and the pinned host key, without the user's configuration. */
export function sshArguments(
  address: MachineAddress,
  paths: Pick<MachinePaths, 'clientKey' | 'knownHosts'>,
): string[] {
  const options = {
    IdentitiesOnly: 'yes',
    // The port changes with each start, so the host key is stored under this name instead.
    HostKeyAlias: 'berth',
    UserKnownHostsFile: `"${paths.knownHosts}"`,
    StrictHostKeyChecking: 'yes',
    LogLevel: 'ERROR',
  };
  return [
    ...['ssh', '-F', 'none', '-i', paths.clientKey, '-p', String(address.port)],
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    `root@${address.host}`,
  ];
}

/**
 * argv for OpenSSH's `scp` (8.7 or newer, which supports SFTP), derived from the `ssh` command.
 * `place` maps paths in the VM.
 */
export function scpArguments(
  ssh: readonly string[],
  paths: (place: (path: string) => string) => readonly string[],
): string[] {
  const [, ...options] = ssh.slice(0, -1);
  const inMachine = (path: string) => `${ssh.at(-1)}:${path}`;
  return [
    // Uses SFTP, because the VM has no `scp`.
    ...['scp', '-s', '-r', '-p'],
    ...options.map((word) => (word === '-p' ? '-P' : word)),
    ...['--', ...paths(inMachine)],
  ];
}
