import * as z from 'zod';
import { parseJson } from './parse-json.ts';
import { unlessRefused } from './unless-refused.ts';

const draftSchema = z.object({
  value: z.string(),
  /** Of a file that is edited; absent for what a form holds. */
  file: z
    .object({
      /** For people: `passwd in web`. */
      title: z.string(),
      /** The page that it is edited on: `/containers/ID/files`. */
      place: z.string(),
      /** The version of the file that was edited. */
      base: z.string(),
    })
    .optional(),
});

/** What somebody typed and hasn't saved. */
export type Draft = z.infer<typeof draftSchema>;

export interface KeyedDraft extends Draft {
  readonly key: string;
}

/** What of a draft outlives the page; null when nothing may, as with secrets. */
type Persisted = string | null;

/** As much of the browser's storage as drafts need. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'berth.draft.';
/** How much text outlives the page, in characters: browsers keep about 5 million for a site. */
const MOST = 2_000_000;
/** How long typing may go on before it is written, in milliseconds. */
const PAUSE = 300;

/**
 * Drafts are in memory while the page is open, and in the window's own storage so that a reload or
 * a crash of the page keeps them. They end with the window.
 */
export class DraftStore {
  readonly #storage: DraftStorage | undefined;
  readonly #drafts = new Map<string, Draft>();
  readonly #persisted = new Map<string, Persisted>();
  readonly #unwritten = new Set<string>();
  readonly #shownForms = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #all: readonly KeyedDraft[] = [];

  constructor(storage: DraftStorage | undefined) {
    this.#storage = storage;
    for (const key of storedKeys(storage)) {
      const draft = parseDraft(storage?.getItem(PREFIX + key));
      if (!draft) continue;
      this.#drafts.set(key, draft);
      this.#persisted.set(key, draft.value);
    }
    this.#changed();
  }

  get(key: string): Draft | undefined {
    return this.#drafts.get(key);
  }

  /** All of them. Another array each time that they change. */
  all(): readonly KeyedDraft[] {
    return this.#all;
  }

  /** `persisted` is what outlives the page, the whole value unless it is given. */
  set(key: string, draft: Draft, persisted: Persisted = draft.value): void {
    this.#drafts.set(key, draft);
    this.#persisted.set(key, persisted);
    this.#write(key);
    this.#changed();
  }

  remove(key: string): void {
    if (!this.#drafts.delete(key)) return;
    this.#persisted.delete(key);
    this.#write(key);
    this.#changed();
  }

  /** While a form is shown, leaving the page asks about what it holds. Returns what ends that. */
  showForm(key: string): () => void {
    this.#shownForms.add(key);
    return () => this.#shownForms.delete(key);
  }

  /** Whether something would be lost with the window: a file, or the form that is shown. */
  get isUnsaved(): boolean {
    return this.#all.some(({ key, file }) => file !== undefined || this.#shownForms.has(key));
  }

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes now what typing has not left time for. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const key of this.#unwritten) this.#writeNow(key);
    this.#unwritten.clear();
  }

  #changed(): void {
    this.#all = [...this.#drafts].map(([key, draft]) => ({ ...draft, key }));
    for (const listener of this.#listeners) listener();
  }

  #write(key: string): void {
    this.#unwritten.add(key);
    this.#timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  #writeNow(key: string): void {
    const draft = this.#drafts.get(key);
    const value = this.#persisted.get(key);
    // If the browser refuses, the draft is in memory alone.
    unlessRefused(() => {
      if (!draft || value == null || !this.#hasRoomFor(key, value)) {
        this.#storage?.removeItem(PREFIX + key);
      } else {
        this.#storage?.setItem(PREFIX + key, JSON.stringify({ ...draft, value }));
      }
    });
  }

  #hasRoomFor(key: string, value: string): boolean {
    let others = 0;
    for (const other of storedKeys(this.#storage)) {
      if (other !== key) others += this.#persisted.get(other)?.length ?? 0;
    }
    return others + value.length <= MOST;
  }
}

function storedKeys(storage: DraftStorage | undefined): string[] {
  const keys = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index));
  return keys.flatMap((key) => (key?.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : []));
}

const parseDraft = (text: string | null | undefined): Draft | undefined =>
  draftSchema.safeParse(parseJson(text)).data;
