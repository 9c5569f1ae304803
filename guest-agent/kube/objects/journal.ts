import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { JOURNAL_FILE } from './journal-file.ts';
import type { KubeObject, Stored } from './kube-object.ts';
import { keyOf, keyText } from './kube-object.ts';
import type { ObjectStorage, StoredObjects } from './objects.ts';
import type { Resource } from './resource.ts';
import { resourceName } from './resource.ts';
import { resources } from './resources.ts';

/*
 * Objects on disk: a file with a JSON text a line, to which each change is appended. A new file
 * with only the current objects replaces it once most of its lines are outdated. After a crash, the
 * last line may be cut off. Only that change is lost, and its caller never got an answer.
 */

type Log = (message: string, cause?: unknown) => void;

const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  creationTimestamp: z.string(),
});

const lineSchema = z.object({
  resource: z.string(),
  isDeleted: z.boolean().optional(),
  object: z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: metadataSchema }),
});

type Line = z.infer<typeof lineSchema>;

interface Entry {
  readonly resource: Resource;
  readonly object: Stored<KubeObject>;
}

/** As many outdated lines are always tolerable. */
const MIN_OUTDATED = 1_000;
/**
 * Versions of objects that are only in memory, such as events, aren't on the disk. After a restart,
 * new versions must be greater than these.
 */
const VERSIONS_APART = 1_000_000;

interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Appends changes to the file, many at a time with one sync. */
export class Journal implements ObjectStorage, AsyncDisposable {
  readonly #directory: string;
  readonly #entries: Map<string, Entry>;
  readonly #log: Log;
  #lines: number;
  #waiting: Waiting[] = [];
  #isWriting = false;
  /** Resolves when nothing is written any more. */
  #idle: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  private constructor(
    directory: string,
    entries: Map<string, Entry>,
    { lines, log }: { lines: number; log: Log },
  ) {
    this.#directory = directory;
    this.#entries = entries;
    this.#lines = lines;
    this.#log = log;
  }

  /** Reads the objects of the last start. Unreadable lines are reported, and kept in a copy. */
  static async load(
    directory: string,
    log: Log,
  ): Promise<StoredObjects & { readonly storage: Journal }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      if (name.endsWith('.tmp')) await rm(join(directory, name), { force: true });
    }
    const path = join(directory, JOURNAL_FILE);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const { entries, version, isDamaged } = readLines(text, log);
    if (isDamaged) await rename(path, join(directory, `${JOURNAL_FILE}.damaged`));
    await writeAll(directory, entries);
    const storage = new Journal(directory, entries, { lines: entries.size, log });
    return {
      storage,
      version: version === 0 ? 0 : version + VERSIONS_APART,
      objects: [...entries.values()].map(({ resource, object }) => [resource, object]),
    };
  }

  put(resource: Resource, object: Stored<KubeObject>): Promise<void> {
    return this.#append({ resource, object }, false);
  }

  delete(resource: Resource, object: Stored<KubeObject>): Promise<void> {
    return this.#append({ resource, object }, true);
  }

  /** From now on, changes are refused: another journal may own the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    if (!this.#isWriting) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #append(entry: Entry, isDeleted: boolean): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('The journal of objects is closed.'));
    if (!isDurable(entry.resource)) return Promise.resolve();
    const id = idOf(entry);
    if (isDeleted) this.#entries.delete(id);
    else this.#entries.set(id, entry);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: lineOf(entry, isDeleted), resolve, reject });
      this.#write();
    });
  }

  #write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writeWaiting()
      .catch((error) => this.#log('writing Kubernetes objects', error))
      .finally(() => {
        this.#isWriting = false;
        if (this.#waiting.length > 0) this.#write();
        else this.#idle?.resolve();
      });
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#lines > MIN_OUTDATED + 2 * this.#entries.size) await this.#compact();
        else await this.#appendText(batch.map(({ text }) => text).join(''));
        this.#lines += batch.length;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async #appendText(text: string): Promise<void> {
    const file = await open(join(this.#directory, JOURNAL_FILE), 'a', 0o600);
    try {
      const { size } = await file.stat();
      try {
        await file.appendFile(text);
        await file.datasync();
      } catch (error) {
        // Half a line must not stay before the next one.
        await file.truncate(size);
        throw error;
      }
    } finally {
      await file.close();
    }
  }

  /** The current objects contain the waiting changes too. */
  async #compact(): Promise<void> {
    await writeAll(this.#directory, this.#entries);
    this.#lines = this.#entries.size;
  }
}

/** Events are only worth something for a while. */
function isDurable({ kind }: Resource): boolean {
  return kind !== 'Event';
}

const idOf = ({ resource, object }: Entry) => `${resourceName(resource)} ${keyText(keyOf(object))}`;

function lineOf({ resource, object }: Entry, isDeleted: boolean): string {
  const line = { resource: resourceName(resource), ...(isDeleted ? { isDeleted } : {}), object };
  return `${JSON.stringify(line)}\n`;
}

async function writeAll(directory: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  const text = [...entries.values()].map((entry) => lineOf(entry, false)).join('');
  await writeFileAtomic(join(directory, JOURNAL_FILE), text);
}

function readLines(text: string, log: Log) {
  const entries = new Map<string, Entry>();
  let version = 0;
  let isDamaged = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const parsed = parseLine(line, log);
    const resource = resources.find((known) => resourceName(known) === parsed?.resource);
    if (parsed === undefined || resource === undefined) {
      isDamaged = true;
      continue;
    }
    const entry: Entry = { resource, object: parsed.object as Stored<KubeObject> };
    version = Math.max(version, Number(entry.object.metadata.resourceVersion));
    if (parsed.isDeleted) entries.delete(idOf(entry));
    else entries.set(idOf(entry), entry);
  }
  return { entries, version, isDamaged };
}

function parseLine(text: string, log: Log): Line | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (error) {
    log('a Kubernetes object on the data disk is damaged', error);
    return undefined;
  }
}
