import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HostError } from '../base/errors.ts';

/** Every file of one machine. All lie in `directory`, which only its owner may enter. */
export interface MachinePaths {
  readonly directory: string;
  /** What was chosen for this machine alone. */
  readonly settings: string;
  /** Held while a supervisor runs (see lock.ts). */
  readonly lock: string;
  /** The status as the supervisor last knew it, for when there is none. */
  readonly status: string;
  readonly supervisorLog: string;
  /** What the guest writes to its serial console. */
  readonly console: string;
  readonly hypervisorLog: string;
  readonly hypervisorPid: string;
  readonly dataDisk: string;
  /** What is known of the data disk, and its copy from before its format was last changed. */
  readonly dataDiskRecord: string;
  readonly dataDiskBackup: string;
  /** What the hypervisor was launched with. */
  readonly launch: string;
  /** What a suspended machine held in memory, and what it takes to load that. */
  readonly savedMemory: string;
  readonly savedState: string;
  readonly configDisk: string;
  readonly clientKey: string;
  readonly guestHostKey: string;
  /** The guest's public key, for OpenSSH's `ssh`. */
  readonly knownHosts: string;
  /** Unix sockets; named pipes on Windows, where nothing lies in `directory`. */
  readonly engineSocket: string;
  readonly controlSocket: string;
  readonly qmpSocket: string;
  /** Through it goes what is saved, while it is. */
  readonly savingSocket: string;
}

/** macOS allows 104 bytes in a socket's path, the NUL included; Linux allows 108. */
const maximumSocketPath = 103;

/** `$BERTH_HOME`, or `~/.berth`. */
export function berthHome(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.BERTH_HOME || join(homedir(), '.berth'));
}

/** The machine that is there without being made, and that commands speak to unless told otherwise. */
export const defaultMachine = 'default';

/** Where the user's settings are: those of the default machine, which the others have in common. */
export function settingsPath(home: string): string {
  return join(home, 'settings.json');
}

/** Which accelerator has run a machine on this host, or failed to. */
export function accelerationPath(home: string): string {
  return join(home, 'acceleration.json');
}

/** What was chosen for the app itself. */
export function appSettingsPath(home: string): string {
  return join(home, 'app.json');
}

/** What the app, in a window of its own or in the browser, has to say when something goes wrong. */
export function appLogPath(home: string): string {
  return join(home, 'app.log');
}

/** What went wrong behind commands, their errors among it. */
export function cliLogPath(home: string): string {
  return join(home, 'cli.log');
}

/** Each machine has a directory of its name in it. */
export function machinesDirectory(home: string): string {
  return join(home, 'machines');
}

/** Whether a name would do as a directory and as the guest's host name. */
export function isMachineName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name);
}

/** Rejects what can be no name of a machine. */
export function machinePaths(
  home: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): MachinePaths {
  if (!isMachineName(name)) {
    throw new HostError('invalid', `"${name}" cannot be the name of a machine`, {
      hint: 'Use up to 32 lower-case letters, digits and inner hyphens.',
    });
  }
  const directory = join(machinesDirectory(home), name);
  const socket = (kind: string) =>
    platform === 'win32' ? pipeName(directory, kind) : socketPath(join(directory, `${kind}.sock`));
  return {
    directory,
    settings: join(directory, 'settings.json'),
    lock: join(directory, 'lock'),
    status: join(directory, 'status.json'),
    supervisorLog: join(directory, 'supervisor.log'),
    console: join(directory, 'console.log'),
    hypervisorLog: join(directory, 'hypervisor.log'),
    hypervisorPid: join(directory, 'hypervisor.pid'),
    dataDisk: join(directory, 'data.img'),
    dataDiskRecord: join(directory, 'data.json'),
    dataDiskBackup: join(directory, 'data.backup.img'),
    launch: join(directory, 'launch.json'),
    savedMemory: join(directory, 'saved.memory'),
    savedState: join(directory, 'saved.json'),
    configDisk: join(directory, 'config.img'),
    clientKey: join(directory, 'ssh-key'),
    guestHostKey: join(directory, 'guest-host-key'),
    knownHosts: join(directory, 'known-hosts'),
    engineSocket: socket('engine'),
    controlSocket: socket('control'),
    qmpSocket: socket('qmp'),
    savingSocket: socket('saving'),
  };
}

/** Pipes share one name space for the whole computer, so that the directory becomes part of it. */
function pipeName(directory: string, kind: string): string {
  const owner = createHash('sha256').update(directory.toLowerCase()).digest('hex').slice(0, 16);
  return `\\\\.\\pipe\\berth-${owner}-${kind}`;
}

function socketPath(path: string): string {
  const length = Buffer.byteLength(path);
  if (length > maximumSocketPath) {
    throw new HostError(
      'invalid',
      `The socket path ${path} is ${length} bytes long; the system allows ${maximumSocketPath}`,
      { hint: 'Set BERTH_HOME to a directory with a shorter path.' },
    );
  }
  return path;
}
