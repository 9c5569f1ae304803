import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ZodType } from 'zod';
import { persistently, unlessShortage } from '../errors.ts';
import type { Damage } from './damage.ts';
import {
  damagedPath,
  keptPath,
  readKept,
  removeKept,
  replaceDamaged,
  setAside,
  unlessMissing,
  writeKept,
} from './kept-file.ts';
import { removeDeepTree } from './remove-deep-tree.ts';

export interface RecordKind<T> {
  /** Contains `<directory>/<id>.json` for each record, and possibly a directory `<id>`. */
  readonly directory: string;
  readonly schema: ZodType<T>;
  /**
   * The name of an object in messages, such as "container web". Without its record, only the ID is
   * known.
   */
  readonly describe: (id: string, record?: T) => string;
  /** The places of the user's data in `<id>`: files, or directories that aren't empty. */
  readonly contents?: readonly string[];
  /**
   * Whether a missing record with a previous version counts as lost, even without a directory
   * `<id>`. Otherwise an older engine, which doesn't know about previous versions, may have deleted
   * the record.
   */
  readonly restoresMissing?: boolean;
}

export interface LoadedRecords<T> {
  readonly records: Map<string, T>;
  /** The IDs of damaged records that were restored from their previous version. */
  readonly restored: ReadonlySet<string>;
  /**
   * Why records can't be read, by ID. The file is unchanged. If there is no file, a directory with
   * the user's data shows that there was one.
   */
  readonly lost: ReadonlyMap<string, unknown>;
}

const REMOVED = /^\.removed-[0-9a-f]{12}-(.+)$/;
const SUFFIX = '.json';

/**
 * Records of one kind, one JSON file each, replaced atomically with the previous version kept.
 * Their owner keeps the records in memory, and this is only their durable form.
 */
export class RecordStore<T> {
  readonly #kind: RecordKind<T>;
  /** Directories that still have to be removed. */
  readonly #doomed = new Set<string>();

  constructor(kind: RecordKind<T>) {
    this.#kind = kind;
  }

  /**
   * Reads all records. Removes the remains of a crash: temporary files, interrupted removals, and
   * directories without a record or user data. Restores a damaged record from its previous version
   * and reports that to `damage`. A record without one is `lost`, and its owner reports it.
   */
  async load(damage: Damage): Promise<LoadedRecords<T>> {
    const { directory } = this.#kind;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await this.#finishRemovals();
    const { ids, directories } = await this.#scan();
    const records = new Map<string, T>();
    const restored = new Set<string>();
    const lost = new Map<string, unknown>();
    for (const id of ids) {
      const kept = await readKept(this.#path(id), (text) =>
        this.#kind.schema.parse(JSON.parse(text)),
      );
      if (kept.state === 'damaged') lost.set(id, kept.cause);
      if (kept.state === 'whole' || kept.state === 'restored') records.set(id, kept.value);
      if (kept.state === 'restored') {
        restored.add(id);
        await this.#restore(id, kept, damage);
      }
    }
    for (const id of directories) {
      if (records.has(id) || lost.has(id)) continue;
      if (await this.#holdsData(id)) lost.set(id, new Error('the record is missing'));
      // A directory that can't be removed because of a mount didn't remain from a crash.
      else await removeDeepTree(join(directory, id)).catch((cause) => lost.set(id, cause));
    }
    return { records, restored, lost };
  }

  /** Durable once it resolves. IDs must be valid file names. */
  async put(id: string, record: T): Promise<void> {
    await writeKept(this.#path(id), textOf(record));
  }

  /**
   * Writes a new record instead of a damaged one, and keeps the damaged file. If the write fails or
   * is interrupted, the damaged record is still there at the next start.
   */
  async replace(id: string, record: T): Promise<void> {
    await replaceDamaged(this.#path(id), textOf(record));
  }

  /** Renames a damaged record that isn't replaced. */
  async setAside(id: string): Promise<void> {
    await setAside(this.#path(id));
  }

  /** The path of a damaged record after `setAside`. */
  damagedPath(id: string): string {
    return damagedPath(this.#path(id));
  }

  /** Idempotent. */
  async delete(id: string): Promise<void> {
    await removeKept(this.#path(id));
  }

  /**
   * Deletes a record with its directory. The directory is renamed first, so that after a crash a
   * directory with its own name is never half removed.
   */
  async remove(id: string): Promise<void> {
    const path = join(this.#kind.directory, id);
    const doomed = join(this.#kind.directory, `.removed-${randomBytes(6).toString('hex')}-${id}`);
    await rename(path, doomed).catch(unlessMissing);
    try {
      await this.delete(id);
    } catch (error) {
      await rename(doomed, path).catch(unlessMissing);
      throw error;
    }
    this.#doomed.add(doomed);
    await this.#removeDoomed();
  }

  /** Without its record, a directory is removed. If the disk fails, the next removal tries again. */
  async #removeDoomed(): Promise<void> {
    for (const path of this.#doomed) {
      const removal = persistently(() => removeDeepTree(path));
      await removal.then(() => this.#doomed.delete(path), unlessShortage);
    }
  }

  async #finishRemovals(): Promise<void> {
    const { directory } = this.#kind;
    const names = await readdir(directory);
    for (const name of names) {
      const id = REMOVED.exec(name)?.[1];
      if (id === undefined) continue;
      // If a directory with this name exists, it was created since.
      if (!names.includes(id)) await this.delete(id);
      await removeDeepTree(join(directory, name));
    }
  }

  /** The IDs that have a record, or that still have a directory; and all directories. */
  async #scan(): Promise<{ ids: Set<string>; directories: string[] }> {
    const { directory } = this.#kind;
    const entries = await readdir(directory, { withFileTypes: true });
    const directories = entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
    const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    const ids = new Set(
      files
        .filter((name) => name.endsWith(SUFFIX) && !name.startsWith('.'))
        .map((name) => name.slice(0, -SUFFIX.length)),
    );
    for (const name of files) {
      const path = join(directory, name);
      const kept = keptPath(path);
      const id = kept && basename(kept, SUFFIX);
      if (name.endsWith('.tmp')) await rm(path, { force: true });
      else if (id !== undefined && !ids.has(id)) {
        if (this.#kind.restoresMissing || directories.includes(id)) ids.add(id);
        else await rm(path, { force: true });
      }
    }
    return { ids, directories };
  }

  async #restore(
    id: string,
    { value, cause }: { readonly value: T; readonly cause?: unknown },
    damage: Damage,
  ): Promise<void> {
    const what = this.#kind.describe(id, value);
    const how = cause === undefined ? 'was missing' : 'was damaged';
    const kept = cause === undefined ? '' : ` The damaged file is kept as ${this.damagedPath(id)}.`;
    const message = `The record of ${what} ${how}. Berth restored the record's previous version, which may lack the last change.${kept}`;
    damage.tell(what, message, cause);
    // If the write fails, for example on a full disk, the next start restores the record again.
    await this.replace(id, value).catch((error) => damage.tell(what, message, error));
  }

  async #holdsData(id: string): Promise<boolean> {
    for (const content of this.#kind.contents ?? []) {
      const path = join(this.#kind.directory, id, content);
      try {
        if (!(await stat(path)).isDirectory() || (await readdir(path)).length > 0) return true;
      } catch (error) {
        // Data that can't be read now, for example on a failing disk, must not count as missing.
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!['ENOENT', 'ENOTDIR'].includes(code)) return true;
      }
    }
    return false;
  }

  #path(id: string): string {
    return join(this.#kind.directory, `${id}${SUFFIX}`);
  }
}

const textOf = (record: unknown) => `${JSON.stringify(record)}\n`;
