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

/** What was chosen for the app itself. It is shared by all windows, and by all machines. */
export interface AppSettingsStore {
  /** A choice that cannot be read counts as none: the app must come up to be set right. */
  read(): Promise<AppSettings>;
  update(patch: AppSettingsPatch): Promise<AppSettings>;
  /** Yields at once and after each change, whoever made it; ends when `signal` aborts. */
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

/** The settings in one JSON file that holds only what was chosen by hand. */
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
        // Keys that this version does not know stay, for the newer one that wrote them.
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

/** What is in the file, or nothing where that is no object. */
async function document(path: string): Promise<Record<string, unknown>> {
  return (await readRecord(path, documentSchema)) ?? {};
}

const documentSchema = z.record(z.string(), z.unknown());
const parseDocument = (text: string) => documentSchema.parse(JSON.parse(text));

/** The entries that are what they have to be. */
function readable(entries: Record<string, unknown>): Record<string, unknown> {
  const { shape } = appSettingsSchema;
  return Object.fromEntries(
    Object.entries(shape)
      .map(([key, schema]) => [key, schema.safeParse(entries[key])] as const)
      .filter(([, result]) => result.success)
      .map(([key, result]) => [key, result.data]),
  );
}
