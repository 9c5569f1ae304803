import type { MountKind } from '../system/mount-kind.ts';

/**
 * Cases in which a kind of mount differs from a local file system, and why: `group: case`. A case that
 * differs and isn't here is a fault, and so is a case here that passes.
 */
export const differences: Readonly<Record<MountKind, Readonly<Record<string, string>>>> = {
  local: {},
  '9p': {},
  sftp: {},
  fuse: {},
};
