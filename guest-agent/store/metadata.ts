import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { syncDirectory, writeFileAtomic } from './atomic-file.ts';

/**
 * Records of one kind: one JSON file each, `<directory>/<id>.json`, replaced atomically. The owner
 * keeps the records in memory; this is only their durable form.
 */
export class RecordStore<T> {
  readonly #directory: string;
  readonly #schema: ZodType<T>;

  constructor(directory: string, schema: ZodType<T>) {
    this.#directory = directory;
    this.#schema = schema;
  }

  /**
   * All records by ID. Removes what a crash left: temporary files, and directories `<id>` beside
   * the records whose own isn't there yet or any more. A file that no longer parses is reported to
   * `onDamaged` and passed over, so that one bad record can't keep the engine down.
   */
  async load(onDamaged: (path: string, cause: unknown) => void): Promise<Map<string, T>> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const records = new Map<string, T>();
    const entries = await readdir(this.#directory, { withFileTypes: true });
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of entries) {
      const { name } = entry;
      const path = join(this.#directory, name);
      if (entry.isDirectory()) {
        if (!names.has(`${name}.json`)) await rm(path, { recursive: true, force: true });
      } else if (name.endsWith('.tmp')) {
        await rm(path, { force: true });
      } else if (name.endsWith('.json')) {
        try {
          records.set(
            name.slice(0, -'.json'.length),
            this.#schema.parse(JSON.parse(await readFile(path, 'utf8'))),
          );
        } catch (cause) {
          onDamaged(path, cause);
        }
      }
    }
    return records;
  }

  /** Durable once it resolves. IDs must be plain file names. */
  async put(id: string, record: T): Promise<void> {
    await writeFileAtomic(this.#path(id), `${JSON.stringify(record)}\n`);
  }

  /** Idempotent. */
  async delete(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
    await syncDirectory(this.#directory);
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}
