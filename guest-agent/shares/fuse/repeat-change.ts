import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { readAttributes } from '../../contract/fuse/attributes.ts';
import type { Repeat } from './repeats.ts';

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;

/**
 * Does a change of the host once more, below the mount point. The pump answers all requests of this thread, so the
 * host's files stay as they are.
 */
export function repeatChange(mountPoint: string, change: Repeat['change']): void {
  const path = join(mountPoint, change.path);
  switch (change.kind) {
    case 'created': {
      const { mode } = readAttributes(Buffer.from(change.attributes, 'base64'));
      const type = mode & S_IFMT;
      if (type === S_IFDIR) mkdirSync(path);
      else if (type === S_IFLNK) symlinkSync(change.target ?? '', path);
      else if (type === S_IFREG) closeSync(openSync(path, 'wx'));
      return;
    }
    case 'modified': {
      const { size } = readAttributes(Buffer.from(change.attributes, 'base64'));
      const fd = openSync(path, 'r+');
      try {
        ftruncateSync(fd, Number(size));
      } finally {
        closeSync(fd);
      }
      return;
    }
    case 'attributes': {
      const { mode } = readAttributes(Buffer.from(change.attributes, 'base64'));
      // A link has no mode of its own.
      if ((mode & S_IFMT) !== S_IFLNK) chmodSync(path, mode & 0o7777);
      return;
    }
    case 'removed':
      if (change.isFolder) rmdirSync(path);
      else unlinkSync(path);
      return;
    case 'renamed':
      renameSync(path, join(mountPoint, change.to));
  }
}
