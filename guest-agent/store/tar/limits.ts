/**
 * What Berth accepts of a tar. An archive comes from anyone, and is read in the one thread that
 * answers all clients: nothing in it may take time or memory without bound.
 */
export const LIMITS = {
  /** Linux takes no longer name in a call (PATH_MAX, without the NUL byte at its end). */
  nameBytes: 4095,
  /** NAME_MAX: between two slashes. */
  componentBytes: 255,
  /** Of a pax header; Docker has the same limit. */
  extensionBytes: 1 << 20,
  /** In one pax header. A file system has fewer attributes for a file. */
  records: 1000,
  members: 2_000_000,
  /** Directories of a layer, with those that only appear within longer names. */
  directories: 500_000,
  /** What describes the directories that a layer has no member for. */
  impliedBytes: 64 << 20,
} as const;
