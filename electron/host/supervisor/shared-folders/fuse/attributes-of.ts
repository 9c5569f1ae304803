import type { BigIntStats } from 'node:fs';
import type { FileAttributes } from '../../../../../guest-agent/contract/fuse/attributes.ts';
import { servedMode } from '../sftp/served-mode.ts';

export type AttributesOf = (file: BigIntStats) => FileAttributes;

/** Above the inode numbers of real file systems. */
const DISK_SHIFT = 48n;

/** How the files of a share look in the guest. A share may have files of several disks. */
export function createAttributesOf(rootDisk: bigint, platform: NodeJS.Platform): AttributesOf {
  const disks = new Map([[rootDisk, 0n]]);
  return (file) => {
    const disk = disks.get(file.dev) ?? BigInt(disks.size);
    disks.set(file.dev, disk);
    return {
      // Equal numbers of two disks must not look like one file.
      ino: BigInt.asUintN(64, file.ino ^ (disk << DISK_SHIFT)),
      ...{ size: file.size, blocks: file.blocks ?? (file.size + 511n) / 512n },
      ...{ atimeNs: file.atimeNs, mtimeNs: file.mtimeNs, ctimeNs: file.ctimeNs },
      mode: servedMode(Number(file.mode), platform),
      nlink: Number(file.nlink),
      uid: Number(file.uid),
      gid: Number(file.gid),
    };
  };
}
