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
import { fileTypes, readAttributes } from '../../contract/fuse/attributes.ts';
import type { Repeat } from './repeats.ts';

/**
 * Does a change of the host once more, below the mount point. The pump answers all requests of this thread, so the
 * host's files stay as they are.
 */
export function repeatChange(mountPoint: string, change: Repeat['change']): void {
  const path = join(mountPoint, change.path);
  switch (change.kind) {
    case 'created': {
      const { mode } = readAttributes(Buffer.from(change.attributes, 'base64'));
      const type = mode & fileTypes.mask;
      if (type === fileTypes.folder) mkdirSync(path);
      else if (type === fileTypes.link) symlinkSync(change.target ?? '', path);
      else if (type === fileTypes.file) closeSync(openSync(path, 'wx'));
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
      if ((mode & fileTypes.mask) !== fileTypes.link) chmodSync(path, mode & 0o7777);
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
