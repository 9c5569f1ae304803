/** BuildKit's names for what a build cache holds. */
export type EntryType = 'regular' | 'source.local' | 'exec.cachemount';

/** A part of the build cache, as clients see it. */
export interface CacheEntry {
  readonly id: string;
  readonly type: EntryType;
  readonly description: string;
  /** The IDs of the entries that this entry needs. */
  readonly parents: readonly string[];
  readonly isMutable: boolean;
  /** Whether a build uses the entry now. */
  readonly inUse: boolean;
  /** Whether an image has the entry's files too, so that removing the entry frees no space. */
  readonly isShared: boolean;
  /** Bytes. */
  readonly size: number;
  readonly created: Date;
  readonly lastUsed: Date;
  readonly uses: number;
}

/** Where entries of one kind are kept. */
export interface CacheStore {
  entries(): Promise<CacheEntry[]>;
  /** Removes the entries that no build uses, and returns the IDs of those that are gone. */
  remove(ids: readonly string[]): Promise<readonly string[]>;
}
