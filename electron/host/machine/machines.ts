import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingsPatch } from '../../api/settings.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { moveFile } from '../base/move-file.ts';
import { isMissing, unlessMissing } from '../base/system-error.ts';
import { acquireLock, type Lock } from '../home/lock.ts';
import { machineExists, requireMachine } from '../home/machine-directory.ts';
import {
  defaultMachine,
  isMachineName,
  machinePaths,
  machinesDirectory,
  settingsPath,
} from '../home/paths.ts';
import { createSettingsStore } from '../settings/store.ts';

const log = loggerOf('machine');

/**
 * The VMs of one user. Each is a directory of its name; the default VM exists even without one.
 * Directories are created and removed by renaming, so a VM never half exists.
 */
export interface Machines {
  /** The names of all VMs including the default one, sorted. */
  list(): Promise<string[]>;
  /** Unset sizes follow the common settings. Rejects with HostError 'invalid'. */
  create(name: string, sizes: SettingsPatch): Promise<void>;
  /** Removes a stopped VM with everything in it. */
  remove(name: string): Promise<void>;
  /** The VM that commands use by default. */
  current(): string;
  /** Makes a VM the default for commands. */
  use(name: string): Promise<void>;
}

const removed = 'removed-';
/** How long a background process may run on after its VM has ended. */
const lockPatienceMs = 10_000;
const lockDelayMs = 50;

export function createMachines(home: string): Machines {
  const directory = machinesDirectory(home);
  const currentFile = join(home, 'current-machine');

  const machines: Machines = {
    async list() {
      const found = await readdir(directory, { withFileTypes: true }).catch(unlessMissing);
      const entries = found ?? [];
      const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      return [...new Set([defaultMachine, ...names.filter(isMachineName)])].sort();
    },

    async create(name, sizes) {
      const { directory: place } = machinePaths(home, name);
      if (machineExists(home, name)) {
        throw new HostError('invalid', `A VM named "${name}" already exists`);
      }
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await removeLeftovers(directory);
      const unfinished = aside(directory, name);
      try {
        await mkdir(unfinished, { mode: 0o700 });
        const own = createSettingsStore(join(unfinished, 'settings.json'), settingsPath(home));
        await own.update(sizes);
        await moveFile(unfinished, place);
      } catch (error) {
        await rm(unfinished, { recursive: true, force: true });
        throw error;
      }
    },

    async remove(name) {
      requireMachine(home, name);
      const paths = machinePaths(home, name);
      if (machines.current() === name) await machines.use(defaultMachine);
      if (!existsSync(paths.directory)) return;
      const lock = await waitForLock(name, paths.lock);
      // Held as long as possible, so that nobody starts the VM during the removal.
      if (process.platform === 'win32') lock.release();
      try {
        await moveFile(paths.directory, aside(directory, `${removed}${name}`));
      } finally {
        lock.release();
      }
      await removeLeftovers(directory);
    },

    current() {
      try {
        const name = readFileSync(currentFile, 'utf8').trim();
        // An invalid name means a damaged file, which must not break every command.
        return isMachineName(name) ? name : defaultMachine;
      } catch (error) {
        if (!isMissing(error)) log.warn(`${currentFile} can't be read`, error);
        return defaultMachine;
      }
    },

    async use(name) {
      requireMachine(home, name);
      if (name === defaultMachine) return rm(currentFile, { force: true });
      await mkdir(home, { recursive: true, mode: 0o700 });
      await writeFileAtomic(currentFile, `${name}\n`);
    },
  };
  return machines;
}

/** In the directory of VMs, under a name that no VM can have. */
const aside = (directory: string, name: string) =>
  join(directory, `.${name}.${randomBytes(4).toString('hex')}`);

/** Also finishes interrupted removals, because a data disk may be large. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`.${removed}`)) continue;
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * Rejects if the VM still has a background process, which would write into the removed directory.
 */
async function waitForLock(name: string, path: string): Promise<Lock> {
  const deadline = Date.now() + lockPatienceMs;
  for (;;) {
    const lock = acquireLock(path);
    if (lock) return lock;
    if (Date.now() > deadline) {
      throw new HostError('invalid', `VM "${name}" is in use`, {
        hint: `Stop the VM first: \`berth machine stop ${name}\`.`,
      });
    }
    await sleep(lockDelayMs);
  }
}
