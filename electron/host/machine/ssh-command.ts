import type { MachinePaths } from '../home/paths.ts';
import type { MachineAddress } from './protocol.ts';

/** argv for OpenSSH's `ssh`: our key and the pinned host key, nothing of the user's own set-up. */
export function sshArguments(
  address: MachineAddress,
  paths: Pick<MachinePaths, 'clientKey' | 'knownHosts'>,
): string[] {
  const options = {
    IdentitiesOnly: 'yes',
    // The port changes with each start; the key is kept under this name instead.
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
 * argv for OpenSSH's `scp` (8.7 or newer, which can speak SFTP), made of that for `ssh`. What
 * `place` maps is a path in the machine.
 */
export function scpArguments(
  ssh: readonly string[],
  paths: (place: (path: string) => string) => readonly string[],
): string[] {
  const [, ...options] = ssh.slice(0, -1);
  const inMachine = (path: string) => `${ssh.at(-1)}:${path}`;
  return [
    // Over SFTP: the machine has no `scp`.
    ...['scp', '-s', '-r', '-p'],
    ...options.map((word) => (word === '-p' ? '-P' : word)),
    ...['--', ...paths(inMachine)],
  ];
}
