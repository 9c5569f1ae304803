import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingsPatch } from '../../api/settings.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
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
 * The machines of one user. Each is a directory of its name; the default one is there without one.
 * A directory comes and goes by a rename, so that a machine is never half there.
 */
export interface Machines {
  /** The names, in order, the default one among them. */
  list(): Promise<string[]>;
  /** Sizes that are left out follow the common settings. Rejects with HostError 'invalid'. */
  create(name: string, sizes: SettingsPatch): Promise<void>;
  /** Takes a machine that is not running away, with all that is in it. */
  remove(name: string): Promise<void>;
  /** The one that commands speak to when nothing else is said. */
  current(): string;
  /** Makes a machine the current one, from now on. */
  use(name: string): Promise<void>;
}

const removed = 'removed-';
/** How long a supervisor may take to go after its machine. */
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
        throw new HostError('invalid', `There is a machine "${name}" already`);
      }
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await removeLeftovers(directory);
      const unfinished = aside(directory, name);
      try {
        await mkdir(unfinished, { mode: 0o700 });
        const own = createSettingsStore(join(unfinished, 'settings.json'), settingsPath(home));
        await own.update(sizes);
        await rename(unfinished, place);
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
      // Held for as long as that can be, so that nobody starts it on the way.
      if (process.platform === 'win32') lock.release();
      try {
        await rename(paths.directory, aside(directory, `${removed}${name}`));
      } finally {
        lock.release();
      }
      await removeLeftovers(directory);
    },

    current() {
      try {
        const name = readFileSync(currentFile, 'utf8').trim();
        // One that no machine can have is damage, and must not keep every command from working.
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

/** Beside the machines, under a name that none of them can have. */
const aside = (directory: string, name: string) =>
  join(directory, `.${name}.${randomBytes(4).toString('hex')}`);

/** Those of removals that were cut off too: a data disk may be large. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`.${removed}`)) continue;
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Rejects when the machine still has a supervisor: it would write into what is taken away. */
async function waitForLock(name: string, path: string): Promise<Lock> {
  const deadline = Date.now() + lockPatienceMs;
  for (;;) {
    const lock = acquireLock(path);
    if (lock) return lock;
    if (Date.now() > deadline) {
      throw new HostError('invalid', `Machine "${name}" is in use`, {
        hint: `Stop it first: \`berth machine stop ${name}\`.`,
      });
    }
    await sleep(lockDelayMs);
  }
}
