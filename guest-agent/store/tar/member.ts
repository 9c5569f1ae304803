/** What a member of a tar can be, of what file systems have. */
export type TarType = 'file' | 'link' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo';

/** One member of a tar, without its content. Names are bytes: every byte a latin1 character. */
export interface TarMember {
  /** A directory's ends in no slash. */
  readonly name: string;
  readonly type: TarType;
  /** Permissions alone, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since the epoch, as in Docker's archives. */
  readonly mtime: number;
  /** Bytes of content; 0 for everything but a file. */
  readonly size: number;
  /** What a link or symlink points at; else empty. */
  readonly target: string;
  /** Numbers of a device. */
  readonly device: readonly [major: number, minor: number];
  /** Extended attributes by name. */
  readonly xattrs: Readonly<Record<string, Buffer>>;
}

/** A member with the defaults of root's plain files. */
export function tarMember(parts: Partial<TarMember> & Pick<TarMember, 'name' | 'type'>): TarMember {
  const mode = parts.type === 'directory' ? 0o755 : 0o644;
  return {
    ...{ mode, uid: 0, gid: 0, mtime: 0, size: 0, target: '', device: [0, 0], xattrs: {} },
    ...parts,
  };
}
