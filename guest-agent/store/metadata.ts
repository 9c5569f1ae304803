import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ZodType } from 'zod';
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

export interface RecordKind<T> {
  /** `<directory>/<id>.json` for each record, and perhaps a directory `<id>` beside it. */
  readonly directory: string;
  readonly schema: ZodType<T>;
  /** What messages call one, such as "container web"; without its record there is only the ID. */
  readonly describe: (id: string, record?: T) => string;
  /** Where in `<id>` the user's data is: files, or directories that aren't empty. */
  readonly contents?: readonly string[];
  /**
   * A record that is missing and has a previous version was lost, even without a directory `<id>`.
   * Otherwise, an older engine, which doesn't know about previous versions, may have deleted the
   * record.
   */
  readonly restoresMissing?: boolean;
}

export interface LoadedRecords<T> {
  readonly records: Map<string, T>;
  /** IDs of those records that were damaged, and are their previous version now. */
  readonly restored: ReadonlySet<string>;
  /**
   * Why records can't be read, by ID. The file stays as it is; where there is none, a directory
   * with the user's data shows that there was one.
   */
  readonly lost: ReadonlyMap<string, unknown>;
}

const REMOVED = /^\.removed-[0-9a-f]{12}-(.+)$/;
const SUFFIX = '.json';

/**
 * Records of one kind, one JSON file each, replaced atomically; each keeps the version before it. The
 * owner keeps the records in memory; this is only their durable form.
 */
export class RecordStore<T> {
  readonly #kind: RecordKind<T>;

  constructor(kind: RecordKind<T>) {
    this.#kind = kind;
  }

  /**
   * All records. Removes what a crash left: temporary files, removals cut short, and directories
   * without a record in which there is nothing of the user's. A damaged record comes back from its
   * previous version, and `damage` is told; one without is `lost`, and its owner's to tell.
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
      // What cannot be removed, as something is mounted there, was not left by a crash.
      else await removeTree(join(directory, id)).catch((cause) => lost.set(id, cause));
    }
    return { records, restored, lost };
  }

  /** Durable once it resolves. IDs must be plain file names. */
  async put(id: string, record: T): Promise<void> {
    await writeKept(this.#path(id), textOf(record));
  }

  /**
   * Writes a new record in place of a damaged one, and keeps the damaged file. If the write fails or
   * is cut short, the damaged record is still there for the next start.
   */
  async replace(id: string, record: T): Promise<void> {
    await replaceDamaged(this.#path(id), textOf(record));
  }

  /** Moves a damaged record out of the way when nothing replaces it. */
  async setAside(id: string): Promise<void> {
    await setAside(this.#path(id));
  }

  /** Where a damaged record goes that is set aside. */
  damagedPath(id: string): string {
    return damagedPath(this.#path(id));
  }

  /** Idempotent. */
  async delete(id: string): Promise<void> {
    await removeKept(this.#path(id));
  }

  /**
   * Deletes a record with its directory. The directory loses its name first: after a crash, one that
   * has its name is never one that was to go.
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
    await removeTree(doomed);
  }

  async #finishRemovals(): Promise<void> {
    const { directory } = this.#kind;
    const names = await readdir(directory);
    for (const name of names) {
      const id = REMOVED.exec(name)?.[1];
      if (id === undefined) continue;
      // With a directory of this name, it was made anew since.
      if (!names.includes(id)) await this.delete(id);
      await removeTree(join(directory, name));
    }
  }

  /** The IDs that have a record, or had one and still have their directory; and all directories. */
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
    // If the write fails, as on a full disk, the next start restores the record again.
    await this.replace(id, value).catch((error) => damage.tell(what, message, error));
  }

  async #holdsData(id: string): Promise<boolean> {
    for (const content of this.#kind.contents ?? []) {
      const path = join(this.#kind.directory, id, content);
      try {
        if (!(await stat(path)).isDirectory() || (await readdir(path)).length > 0) return true;
      } catch (error) {
        // Data that can't be read now, as on a failing disk, must not count as missing.
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

const removeTree = (path: string) => rm(path, { recursive: true, force: true });

const textOf = (record: unknown) => `${JSON.stringify(record)}\n`;
