/**
 * Limits for tars. Archives can't be trusted, and the thread that reads them also answers all
 * clients, so nothing in an archive may take unbounded time or memory.
 */
export const LIMITS = {
  /** Linux's limit for a name in a system call (PATH_MAX, without the final NUL byte). */
  nameBytes: 4095,
  /** NAME_MAX: the limit between two slashes. */
  componentBytes: 255,
  /** The size of a pax header. Docker has the same limit. */
  extensionBytes: 1 << 20,
  /** The number of records in a pax header. A file system has fewer attributes per file. */
  records: 1000,
  /** Linux's limits for the name and the value of an extended attribute (XATTR_NAME_MAX, XATTR_SIZE_MAX). */
  xattrNameBytes: 255,
  xattrValueBytes: 65_536,
  members: 2_000_000,
  /** The directories of a layer, including those that only appear in longer names. */
  directories: 500_000,
  /** The bytes of members that are added for directories without one. */
  impliedBytes: 64 << 20,
  /** The bytes of the names of directories that unpacking makes without a member. */
  unpackedImpliedBytes: 16 << 20,
} as const;
