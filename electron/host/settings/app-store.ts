import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import {
  type AppSettings,
  type AppSettingsPatch,
  appSettingsSchema,
} from '../../api/app-settings.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { replaceable } from '../base/damaged-file.ts';
import { readRecord } from '../base/read-record.ts';
import { takeTurns } from '../base/take-turns.ts';
import { fileChanges } from './file-changes.ts';

/** The app's own settings, shared by all windows and VMs. */
export interface AppSettingsStore {
  /** An unreadable value counts as unset: the app must start so that the user can correct it. */
  read(): Promise<AppSettings>;
  update(patch: AppSettingsPatch): Promise<AppSettings>;
  /** Yields the settings now and after each change by any process; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<void>;
}

const defaults: AppSettings = {
  theme: 'system',
  terminalFont: '',
  terminalFontSize: 13,
  automaticUpdates: true,
  nativeNotices: true,
  restartMachine: false,
  onboarded: false,
};

/** Stores the settings in one JSON file with only the values that the user set. */
export function createAppSettingsStore(path: string): AppSettingsStore {
  const inTurn = takeTurns();

  const read = async () =>
    appSettingsSchema.parse({ ...defaults, ...readable(await document(path)) });
  return {
    read,
    update(patch) {
      return inTurn(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const chosen = appSettingsSchema.partial().parse(patch);
        await replaceable(path, parseDocument);
        // Keeps unknown keys for the newer version that wrote them.
        const next = { ...(await document(path)), ...chosen };
        await writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`);
        return read();
      });
    },
    async *changes(signal) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      yield* fileChanges([path], signal);
    },
  };
}

/** The file's content, or nothing if it isn't an object. */
async function document(path: string): Promise<Record<string, unknown>> {
  return (await readRecord(path, documentSchema)) ?? {};
}

const documentSchema = z.record(z.string(), z.unknown());
const parseDocument = (text: string) => documentSchema.parse(JSON.parse(text));

/** The valid entries. */
function readable(entries: Record<string, unknown>): Record<string, unknown> {
  const { shape } = appSettingsSchema;
  return Object.fromEntries(
    Object.entries(shape)
      .map(([key, schema]) => [key, schema.safeParse(entries[key])] as const)
      .filter(([, result]) => result.success)
      .map(([key, result]) => [key, result.data]),
  );
}
