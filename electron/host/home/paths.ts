import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HostError } from '../base/errors.ts';

/** The files of one VM. All are in `directory`, which only its owner may enter. */
export interface MachinePaths {
  readonly directory: string;
  /** The settings of this VM alone. */
  readonly settings: string;
  /** Locked while a background process runs (see lock.ts). */
  readonly lock: string;
  /** The last status of the background process, for when none runs. */
  readonly status: string;
  readonly supervisorLog: string;
  /** The output of the VM's serial console. */
  readonly console: string;
  readonly hypervisorLog: string;
  readonly hypervisorPid: string;
  readonly dataDisk: string;
  /** The record of the data disk, and its copy from before the last format change. */
  readonly dataDiskRecord: string;
  readonly dataDiskBackup: string;
  /** How the hypervisor was launched. */
  readonly launch: string;
  /** The memory of a suspended VM, and the record needed to load it. */
  readonly savedMemory: string;
  readonly savedState: string;
  readonly configDisk: string;
  readonly clientKey: string;
  readonly guestHostKey: string;
  /** The VM's public key, for OpenSSH's `ssh`. */
  readonly knownHosts: string;
  /** Unix sockets. On Windows these are named pipes, and no files in `directory`. */
  readonly engineSocket: string;
  /** The Kubernetes API of this VM's engine. */
  readonly kubeSocket: string;
  /** The port and the certificates of kubectl; see kube-access.ts. */
  readonly kubeAccess: string;
  readonly controlSocket: string;
  readonly qmpSocket: string;
  /** On Windows, the port and the key of QEMU's monitor. */
  readonly monitorDirectory: string;
  readonly vfkitSocket: string;
  /** The VM's serial port, for a hypervisor that doesn't write `console` itself. */
  readonly consolePipe: string;
  /** The VM's memory passes through this socket while it is saved. */
  readonly savingSocket: string;
}

/** macOS allows 104 bytes in a socket's path, the NUL included; Linux allows 108. */
const maximumSocketPath = 103;

/** `$BERTH_HOME`, or `~/.berth`. */
export function berthHome(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.BERTH_HOME || join(homedir(), '.berth'));
}

/** The VM that always exists, and that commands use by default. */
export const defaultMachine = 'default';

/** The user's settings: the default VM's, which all VMs share. */
export function settingsPath(home: string): string {
  return join(home, 'settings.json');
}

/** Which accelerators have worked or failed on this host. */
export function accelerationPath(home: string): string {
  return join(home, 'acceleration.json');
}

/** The app's own settings. */
export function appSettingsPath(home: string): string {
  return join(home, 'app.json');
}

/** The app's log, in its own window or in the browser. */
export function appLogPath(home: string): string {
  return join(home, 'app.log');
}

/** The background errors and failures of commands. */
export function cliLogPath(home: string): string {
  return join(home, 'cli.log');
}

/** The crash dumps of the app. */
export function crashDumpsDirectory(home: string): string {
  return join(home, 'crashes');
}

/** Contains a directory for each VM. */
export function machinesDirectory(home: string): string {
  return join(home, 'machines');
}

/** Whether a name is valid as a directory and as the VM's host name. */
export function isMachineName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name);
}

/** Rejects invalid VM names. */
export function machinePaths(
  home: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): MachinePaths {
  if (!isMachineName(name)) {
    throw new HostError('invalid', `"${name}" is not a valid VM name`, {
      hint: 'Use up to 32 lowercase letters, digits and hyphens. The name must not begin or end with a hyphen.',
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
    ...dataDiskPaths(directory, dataDiskName(directory, platform)),
    dataDiskRecord: join(directory, 'data.json'),
    launch: join(directory, 'launch.json'),
    savedMemory: join(directory, 'saved.memory'),
    savedState: join(directory, 'saved.json'),
    configDisk: join(directory, 'config.img'),
    clientKey: join(directory, 'ssh-key'),
    guestHostKey: join(directory, 'guest-host-key'),
    knownHosts: join(directory, 'known-hosts'),
    engineSocket: socket('engine'),
    kubeSocket: socket('kube'),
    kubeAccess: join(directory, 'kube-access.json'),
    controlSocket: socket('control'),
    qmpSocket: socket('qmp'),
    monitorDirectory: join(directory, 'monitor'),
    vfkitSocket: socket('vfkit'),
    consolePipe: socket('console'),
    savingSocket: socket('saving'),
  };
}

/** The raw data disk of most hypervisors, and the one that Hyper-V uses. */
export const rawDataDisk = 'data.img';
export const hypervDataDisk = 'data.vhdx';
export type DataDiskName = typeof rawDataDisk | typeof hypervDataDisk;

/** The data disk and its copy, by the disk's file name. */
export function dataDiskPaths(
  directory: string,
  name: DataDiskName,
): Pick<MachinePaths, 'dataDisk' | 'dataDiskBackup'> {
  const backup = name.replace(/^data/, 'data.backup');
  return { dataDisk: join(directory, name), dataDiskBackup: join(directory, backup) };
}

/**
 * A VM has one data disk, in the format of its hypervisor (see `supervisor/select-driver.ts`), so
 * the file that exists says which.
 */
function dataDiskName(directory: string, platform: NodeJS.Platform): DataDiskName {
  const isHyperv = platform === 'win32' && existsSync(join(directory, hypervDataDisk));
  return isHyperv ? hypervDataDisk : rawDataDisk;
}

/** All pipes of a host share one namespace, so the name includes the directory. */
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
