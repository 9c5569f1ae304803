import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { dirname } from 'node:path';
import * as z from 'zod';
import {
  type Settings,
  type SettingsPatch,
  settingsPatchSchema,
  settingsSchema,
} from '../../api/settings.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { isMissing } from '../base/system-error.ts';
import { takeTurns } from '../base/take-turns.ts';
import { fileChanges } from './file-changes.ts';
import { settingProblem } from './setting-problem.ts';

const log = loggerOf('settings');

/** Settings, in a JSON file with only the values that the user set. */
export interface SettingsStore {
  /**
   * The user's values and the defaults. Rejects with HostError 'invalid' if the file is invalid.
   */
  read(): Promise<Settings>;
  /** Saves a change and returns all settings. Never replaces an unreadable file. */
  update(patch: SettingsPatch): Promise<Settings>;
  /** Yields the settings now and after each change by any process; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<void>;
}

/**
 * Half of the processors but at least two if available, a quarter of the memory (2 to 8 GiB), a
 * disk that grows to 64 GiB, and the home directory shared.
 */
export function defaultSettings(
  host: { readonly cpus: number; readonly memoryMiB: number } = {
    cpus: availableParallelism(),
    memoryMiB: totalmem() / 1024 ** 2,
  },
  platform = process.platform,
): Settings {
  return {
    cpus: Math.min(host.cpus, Math.max(2, Math.floor(host.cpus / 2))),
    memoryMiB: Math.min(8192, Math.max(2048, Math.floor(host.memoryMiB / 4 / 256) * 256)),
    diskGiB: 64,
    hypervisor: 'auto',
    accelerator: 'auto',
    idleStopMinutes: 0,
    insecureRegistries: [],
    sharedFolders: [{ path: homedir(), readOnly: false }],
    registryMirrors: [],
    hostCertificates: true,
    caCertificates: [],
    // On other systems, the names would also be published on the local network.
    containerNames: platform === 'darwin' ? 'local' : 'localhost',
    // Otherwise, the firewall of Windows would ask an administrator at the first published port.
    publishedPorts: platform === 'win32' ? 'localhost' : 'all',
    // As in Docker Desktop: development servers and databases of the host are meant to be used.
    hostAccess: 'all',
  };
}

/** `common` is a file with fallback values; with it, the directory must exist. */
export function createSettingsStore(path: string, common?: string): SettingsStore {
  const inTurn = takeTurns();
  // Don't create a VM's directory: a removed one must not reappear.
  const makeHome = () => mkdir(dirname(common ?? path), { recursive: true, mode: 0o700 });

  const store: SettingsStore = {
    async read() {
      const below = common === undefined ? {} : await readFileObject(common);
      const result = settingsSchema.safeParse({
        ...defaultSettings(),
        ...below,
        ...(await readFileObject(path)),
      });
      if (!result.success) throw broken(path, result.error);
      return result.data;
    },
    update(patch) {
      return inTurn(async () => {
        const checked = settingsPatchSchema.safeParse(patch);
        if (!checked.success) {
          throw new HostError('invalid', settingProblem(checked.error), { cause: checked.error });
        }
        await store.read();
        // Keeps unknown keys for the newer version that wrote them.
        const next = { ...(await readFileObject(path)), ...checked.data };
        await makeHome();
        await writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`);
        return store.read();
      });
    },
    async *changes(signal) {
      await makeHome();
      yield* fileChanges(common === undefined ? [path] : [path, common], signal);
    },
  };
  return store;
}

/**
 * For operations that must work with an invalid file too: showing the status, stopping. A start
 * needs valid settings.
 */
export async function readSettingsOrDefaults(store: SettingsStore): Promise<Settings> {
  return (await log.attempt('Using the default settings', store.read())) ?? defaultSettings();
}

const fileSchema = z.record(z.string(), z.unknown());

async function readFileObject(path: string): Promise<Record<string, unknown>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isMissing(error)) return {};
    throw broken(path, error);
  }
}

function broken(path: string, cause: unknown): HostError {
  const reason = cause instanceof z.ZodError ? settingProblem(cause) : String(cause);
  return new HostError('invalid', `Can't read the settings in ${path}: ${reason}`, {
    hint: 'Correct the file, or delete it to use the defaults.',
    cause,
  });
}
