import { type TarEntry, writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';

/** A part of every name that an archive tries to write where it must not. */
export const PAYLOAD = 'pwned-by-archive';

/** An archive that no honest program makes. */
export interface HostileArchive {
  readonly name: string;
  /** As a stranger sends it, compressed or not. */
  readonly bytes: Buffer;
}

/** The tar of these entries. */
export function hostile(name: string, entries: readonly TarEntry[]): HostileArchive {
  return { name, bytes: writeTar(entries) };
}

export const file = (name: string | Buffer, more: Partial<TarEntry> = {}): TarEntry => ({
  ...{ name, content: 'x' },
  ...more,
});
export const directory = (name: string, more: Partial<TarEntry> = {}): TarEntry => ({
  ...{ name, type: 'directory' },
  ...more,
});
export const symlink = (
  name: string,
  target: string | Buffer,
  more: Partial<TarEntry> = {},
): TarEntry => ({
  ...{ name, type: 'symlink', target },
  ...more,
});
export const link = (name: string, target: string, more: Partial<TarEntry> = {}): TarEntry => ({
  ...{ name, type: 'link', target },
  ...more,
});
/** A long name of GNU: type `L` for names, `K` for targets of links. */
export const long = (flag: 'L' | 'K', content: string | Buffer): TarEntry => ({
  ...{ name: '././@LongLink', flag, content },
});
