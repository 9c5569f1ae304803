import type { MachineAddress } from './machine.ts';
import type { MachinePaths } from './paths.ts';

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
