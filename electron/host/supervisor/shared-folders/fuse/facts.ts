import { type BigIntStats, constants } from 'node:fs';

const { S_IFMT, S_IFDIR } = constants;

/** What tells one state of a file from another. Kept for every file that the guest knows. */
export interface Facts {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: number;
  readonly nlink: bigint;
  readonly owner: string;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export const factsOf = (file: BigIntStats): Facts => ({
  ...{ dev: file.dev, ino: file.ino, mode: Number(file.mode), nlink: file.nlink },
  owner: `${file.uid}:${file.gid}`,
  ...{ size: file.size, mtimeNs: file.mtimeNs, ctimeNs: file.ctimeNs },
});

const typeOf = ({ mode }: Facts) => mode & S_IFMT;

export const isFolder = (facts: Facts): boolean => typeOf(facts) === S_IFDIR;

export const isSameFile = (a: Facts, b: Facts): boolean =>
  a.ino === b.ino && a.dev === b.dev && typeOf(a) === typeOf(b);

/** How a file has changed between two looks. Undefined if it hasn't. */
export function changeBetween(before: Facts, now: Facts): 'modified' | 'attributes' | undefined {
  const isOtherwise = before.mode !== now.mode || before.owner !== now.owner;
  // The times of a folder change with its entries, which have changes of their own.
  if (isFolder(now)) return isOtherwise ? 'attributes' : undefined;
  if (before.mtimeNs !== now.mtimeNs || before.size !== now.size) {
    // touch(1) and `cp -p` set the time after the last write.
    const isOnlyTime = before.size === now.size && now.mtimeNs !== now.ctimeNs;
    return isOnlyTime ? 'attributes' : 'modified';
  }
  return before.ctimeNs !== now.ctimeNs ? 'attributes' : undefined;
}
