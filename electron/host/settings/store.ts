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

const log = loggerOf('settings');

/** Settings, in a JSON file that holds only what was chosen by hand. */
export interface SettingsStore {
  /** Choices and, for the rest, defaults. Rejects with HostError 'invalid' for a broken file. */
  read(): Promise<Settings>;
  /** Saves a change and returns the whole. Never replaces a file that cannot be read. */
  update(patch: SettingsPatch): Promise<Settings>;
  /** Yields at once and after each change, whoever made it; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<void>;
}

/** Half of the processors but two where there are two, a quarter of the memory (2 to 8 GiB), a disk that grows to 64 GiB; the home directory is shared. */
export function defaultSettings(
  host: { readonly cpus: number; readonly memoryMiB: number } = {
    cpus: availableParallelism(),
    memoryMiB: totalmem() / 1024 ** 2,
  },
): Settings {
  return {
    cpus: Math.min(host.cpus, Math.max(2, Math.floor(host.cpus / 2))),
    memoryMiB: Math.min(8192, Math.max(2048, Math.floor(host.memoryMiB / 4 / 256) * 256)),
    diskGiB: 64,
    accelerator: 'auto',
    idleStopMinutes: 0,
    insecureRegistries: [],
    sharedFolders: [{ path: homedir(), readOnly: false }],
    registryMirrors: [],
    hostCertificates: true,
    caCertificates: [],
    // Elsewhere the local network would hear of the names, too.
    containerNames: process.platform === 'darwin' ? 'local' : 'localhost',
  };
}

/** `common` is a file whose choices hold where this one has none; then the directory must be there. */
export function createSettingsStore(path: string, common?: string): SettingsStore {
  const inTurn = takeTurns();
  // Not the directory of a machine: that of one that was removed must not come back.
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
          throw new HostError('invalid', z.prettifyError(checked.error), { cause: checked.error });
        }
        await store.read();
        // Keys that this version does not know stay, for the newer one that wrote them.
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

/** For what must work with a broken file too: telling the status, stopping. A start must not. */
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
  const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
  return new HostError('invalid', `The settings in ${path} cannot be read: ${reason}`, {
    hint: 'Correct the file, or delete it to go back to the defaults.',
    cause,
  });
}
