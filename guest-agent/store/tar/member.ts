/** The types of tar members that file systems support. */
export type TarType = 'file' | 'link' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo';

/** One member of a tar, without its content. Names are bytes, each a latin1 character. */
export interface TarMember {
  /** A directory's name has no final slash. */
  readonly name: string;
  readonly type: TarType;
  /** Only the permissions, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** In whole seconds since the epoch, as in Docker's archives. */
  readonly mtime: number;
  /** The bytes of content. 0 for everything except files. */
  readonly size: number;
  /** The target of a link or symlink. Otherwise empty. */
  readonly target: string;
  /** The numbers of a device. */
  readonly device: readonly [major: number, minor: number];
  /** Extended attributes by name. */
  readonly xattrs: Readonly<Record<string, Buffer>>;
}

/** A member with the defaults of root's regular files. */
export function tarMember(parts: Partial<TarMember> & Pick<TarMember, 'name' | 'type'>): TarMember {
  const mode = parts.type === 'directory' ? 0o755 : 0o644;
  return {
    ...{ mode, uid: 0, gid: 0, mtime: 0, size: 0, target: '', device: [0, 0], xattrs: {} },
    ...parts,
  };
}
