import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Images } from '../../engine/images/images.ts';
import { ifMissing } from '../../errors.ts';

const recordSchema = z.object({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** The diff ID of the step's layer. Null if the step changed no file. */
  layer: z.string().nullable(),
  /** Bytes. */
  size: z.number(),
  /** The step as clients show it. */
  description: z.string(),
  /** The key of the files on which the step worked. */
  parent: z.string(),
  /** ISO 8601. */
  created: z.string(),
  lastUsed: z.string(),
  uses: z.int(),
});

/** What a step of a build made, by the key of all that the step depends on. */
export type StepRecord = Readonly<z.infer<typeof recordSchema>>;

/** A step for the cache. */
type NewStep = Omit<StepRecord, 'created' | 'lastUsed' | 'uses'> &
  Partial<Pick<StepRecord, 'created'>>;

/** Stands for the layer of a step whose key is known, but whose files nobody has. */
export const UNKNOWN_LAYER = 'unknown';

const SUFFIX = '.json';

/** How long the disk may not know that steps were used: until the client has the result. */
const USES_MS = 1000;

/**
 * The steps of earlier builds. Each holds its layer, so that images can be removed without losing
 * the cache. A lost record costs time and nothing else, so writes don't wait for the disk.
 */
export class StepCache {
  readonly #directory: string;
  readonly #images: Pick<Images, 'hold' | 'layers'>;
  readonly #log: (message: string, cause?: unknown) => void;
  readonly #records = new Map<string, { record: StepRecord; readonly held: Disposable }>();
  #writes: Promise<unknown> = Promise.resolve();
  /** Keys of steps that were used since the last write. */
  readonly #used = new Set<string>();
  #usesTimer: NodeJS.Timeout | undefined;

  constructor(
    directory: string,
    images: Pick<Images, 'hold' | 'layers'>,
    log: (message: string, cause?: unknown) => void,
  ) {
    this.#directory = directory;
    this.#images = images;
    this.#log = log;
  }

  /** Reads the records. Call it before unused layers are swept. */
  async load(): Promise<void> {
    // The engine starts without the cache, or without a part of it.
    const failed = (error: unknown) => this.#log('reading the cache of build steps', error);
    const names = await readdir(this.#directory).catch(ifMissing([])).catch(failed);
    for (const name of names ?? []) await this.#read(name).catch(failed);
  }

  /** The record with a key, if its layer is there. */
  find(key: string): StepRecord | undefined {
    const record = this.#records.get(key)?.record;
    if (record?.layer == null || this.#images.layers.get(record.layer) !== undefined) return record;
    return undefined;
  }

  /** Notes that a build used a step. */
  use(key: string): void {
    const known = this.#records.get(key);
    if (known === undefined) return;
    const { record } = known;
    known.record = { ...record, uses: record.uses + 1, lastUsed: new Date().toISOString() };
    this.#used.add(key);
    this.#usesTimer ??= setTimeout(() => this.#writeUses(), USES_MS).unref();
  }

  #writeUses(): void {
    clearTimeout(this.#usesTimer);
    this.#usesTimer = undefined;
    for (const key of this.#used) {
      const record = this.#records.get(key)?.record;
      if (record !== undefined) this.#write(record);
    }
    this.#used.clear();
  }

  /**
   * Adds a step, or replaces the step with the same key. The caller keeps the layer meanwhile.
   * `created` is now, unless another engine made the layer.
   */
  add({ created, ...step }: NewStep): StepRecord {
    const now = new Date().toISOString();
    const record = { ...step, created: created ?? now, lastUsed: now, uses: 1 };
    this.#hold(record);
    this.#write(record);
    return record;
  }

  list(): StepRecord[] {
    return Array.from(this.#records.values(), ({ record }) => record);
  }

  /** Forgets steps. The caller then sweeps the layers. Builds keep what they use. */
  async remove(keys: Iterable<string>): Promise<void> {
    for (const key of keys) {
      const known = this.#records.get(key);
      this.#records.delete(key);
      known?.held[Symbol.dispose]();
      this.#queue(() => rm(this.#path(key), { force: true }));
    }
    await this.written();
  }

  /** Waits until the records are written. */
  async written(): Promise<void> {
    this.#writeUses();
    await this.#writes;
  }

  #hold(record: StepRecord): void {
    const before = this.#records.get(record.key);
    const held = this.#images.hold({ layers: record.layer === null ? [] : [record.layer] });
    this.#records.set(record.key, { record, held });
    before?.held[Symbol.dispose]();
  }

  async #read(name: string): Promise<void> {
    const path = join(this.#directory, name);
    const text = await readFile(path, 'utf8').catch(ifMissing(''));
    const record = parseRecord(text);
    const isWhole =
      record !== undefined &&
      name === record.key + SUFFIX &&
      (record.layer === null || this.#images.layers.get(record.layer) !== undefined);
    if (isWhole) this.#hold(record);
    // Cut off by a crash, or without its layer: the step runs again.
    else await rm(path, { recursive: true, force: true });
  }

  #write(record: StepRecord): void {
    const path = this.#path(record.key);
    this.#queue(async () => {
      // A prune may have removed the step meanwhile.
      if (this.#records.get(record.key)?.record !== record) return;
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      try {
        await writeFile(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
        await rename(`${path}.tmp`, path);
      } catch (error) {
        await rm(`${path}.tmp`, { force: true });
        throw error;
      }
    });
  }

  #queue(task: () => Promise<void>): void {
    this.#writes = this.#writes
      .then(task)
      .catch((error) => this.#log('writing the cache of build steps', error));
  }

  #path(key: string): string {
    return join(this.#directory, key + SUFFIX);
  }
}

function parseRecord(text: string): StepRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A damaged record costs a run of its step.
    return undefined;
  }
}
