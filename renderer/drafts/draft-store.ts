import * as z from 'zod';
import { parseJson } from './parse-json.ts';
import { unlessRefused } from './unless-refused.ts';

const draftSchema = z.object({
  value: z.string(),
  /** Present for a draft of a file; absent for a form. */
  file: z
    .object({
      /** For people: `passwd in web`. */
      title: z.string(),
      /** The page where the draft is edited: `/containers/ID/files`. */
      place: z.string(),
      /** The version of the file that was edited. */
      base: z.string(),
    })
    .optional(),
});

/** Text that somebody typed and hasn't saved. */
export type Draft = z.infer<typeof draftSchema>;

export interface KeyedDraft extends Draft {
  readonly key: string;
}

/** What survives a reload of the page; null when nothing may, as with secrets. */
type Persisted = string | null;

/** The part of the browser's storage that drafts need. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'berth.draft.';
/** Characters of text that survive a reload: browsers keep about 5 million for an origin. */
const MOST = 2_000_000;
/** Milliseconds of typing before the text is written. */
const PAUSE = 300;

/**
 * Keeps drafts in memory while the page is open, and in the window's storage so that they survive a
 * reload or a crash of the page. Drafts end with the window.
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

  /** All drafts. Every change makes a new array. */
  all(): readonly KeyedDraft[] {
    return this.#all;
  }

  /** `persisted` is what survives a reload: the whole value by default. */
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

  /**
   * While a form is open, leaving the page asks about its content. Returns a function that ends
   * this.
   */
  showForm(key: string): () => void {
    this.#shownForms.add(key);
    return () => this.#shownForms.delete(key);
  }

  /** Whether closing the window would lose something: a file, or the open form. */
  get isUnsaved(): boolean {
    return this.#all.some(({ key, file }) => file !== undefined || this.#shownForms.has(key));
  }

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes the drafts that still wait for a pause in typing. */
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
