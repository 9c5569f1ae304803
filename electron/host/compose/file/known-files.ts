import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { replaceable } from '../../base/damaged-file.ts';
import { readRecord } from '../../base/read-record.ts';
import { takeTurns } from '../../base/take-turns.ts';

/** The Compose files that were opened, so that projects without containers are listed too. */
export interface KnownFiles {
  list(): Promise<string[]>;
  add(file: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Calls back after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
}

const fileSchema = z.object({ files: z.array(z.string()) });
const parseFiles = (text: string) => fileSchema.parse(JSON.parse(text)).files;

/**
 * Stores the list in one JSON file. An unreadable file counts as empty, because the list is only a
 * convenience.
 */
export function createKnownFiles(path: string): KnownFiles {
  const listeners = new Set<() => void>();
  const inTurn = takeTurns();
  const list = async () => (await readRecord(path, fileSchema))?.files ?? [];
  const change = (next: (files: string[]) => string[]) =>
    inTurn(async () => {
      await replaceable(path, parseFiles);
      const files = next(await list());
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFileAtomic(path, `${JSON.stringify({ files }, null, 2)}\n`);
      for (const listener of listeners) listener();
    });
  return {
    list,
    add: (file) => change((files) => [file, ...files.filter((each) => each !== file)]),
    remove: (file) => change((files) => files.filter((each) => each !== file)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
