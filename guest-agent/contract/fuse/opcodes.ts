/** Operations of FUSE (`enum fuse_opcode` in linux/fuse.h). */
export const opcodes = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mknod: 8,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  fsyncdir: 30,
  create: 35,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  readdirplus: 44,
  rename2: 45,
  syncfs: 50,
} as const;

/** Which attributes a `setattr` changes (`FATTR_*`). */
export const changed = {
  mode: 1 << 0,
  uid: 1 << 1,
  gid: 1 << 2,
  size: 1 << 3,
  atime: 1 << 4,
  mtime: 1 << 5,
  atimeNow: 1 << 7,
  mtimeNow: 1 << 8,
} as const;

/** Flags of rename2(2). */
export const renameFlags = { noReplace: 1, exchange: 2 } as const;

/** Flags of Linux's open(2), which differ between systems. */
export const linuxOpen = {
  writeOnly: 1,
  readWrite: 2,
  exclusive: 0o200,
  truncate: 0o1000,
} as const;
