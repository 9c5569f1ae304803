import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import {
  ATTR_OUT_BYTES,
  ENTRY_OUT_BYTES,
} from '../../../../../../guest-agent/contract/fuse/attributes.ts';
import { HEADER_BYTES } from '../../../../../../guest-agent/contract/fuse/frames.ts';
import {
  answer,
  type FileRequest,
  requestFlags,
} from '../../../../../../guest-agent/contract/fuse/messages.ts';
import { linuxOpen } from '../../../../../../guest-agent/contract/fuse/opcodes.ts';
import { codeOf, unlessMissingSync } from '../../../../base/system-error.ts';
import { keepsMode } from '../../sftp/served-mode.ts';
import { Refused } from '../boundary.ts';
import { parentOf } from '../known-folder.ts';
import { NO_SURPRISES } from '../open-flags.ts';
import type { ServedShare } from '../served-share.ts';
import type { Answer } from './answer.ts';

const { S_IFMT, S_IFREG } = constants;

const wasSent = ({ flags }: FileRequest) => (flags & requestFlags.again) !== 0;

/**
 * Carries out a step that a request may have done already, over a connection that broke: the error that a
 * second time would have doesn't count then.
 */
export function once(request: FileRequest, code: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!wasSent(request) || codeOf(error) !== code) throw error;
  }
}

/** `fuse_create_in`, `fuse_mknod_in` and `fuse_mkdir_in` begin with numbers of four bytes. */
function field({ body, path }: FileRequest, index: number): number {
  if (body.length < 4 * index + 4) throw new Refused('EINVAL', path);
  return body.readUInt32LE(4 * index);
}

/** The answer about a new name: the file, and its folder after the change. */
function created(share: ServedShare, { unique, path }: FileRequest, file: BigIntStats): Buffer {
  share.known.own(path, file);
  const reply = answer(unique, ENTRY_OUT_BYTES + ATTR_OUT_BYTES);
  if (file.isDirectory()) share.known.follow(path);
  share.writeEntry(reply, HEADER_BYTES, path, file);
  share.writeFolder(reply, HEADER_BYTES + ENTRY_OUT_BYTES, parentOf(path).folder);
  return reply;
}

/** The file that a request has just made. Its maker owns it, if this program may give it away. */
function made(share: ServedShare, request: FileRequest): BigIntStats {
  const place = share.boundary.place(request.path);
  if (share.setsOwners) {
    const folder = share.look(parentOf(request.path).folder);
    const inherits = ((Number(folder?.mode) || 0) & 0o2000) !== 0;
    lchownSync(place, request.uid, inherits ? Number(folder?.gid) : request.gid);
  }
  const file = share.look(request.path);
  if (!file) throw new Refused('ENOENT', request.path);
  return file;
}

export const create: Answer = (share, request) => {
  share.requireWritable();
  const [flags, mode] = [field(request, 0), field(request, 1)];
  const place = share.boundary.place(request.path);
  const isNew = unlessMissingSync(() => share.look(request.path)) === undefined;
  const exclusive = flags & linuxOpen.exclusive && !wasSent(request) ? constants.O_EXCL : 0;
  const truncate = flags & linuxOpen.truncate ? constants.O_TRUNC : 0;
  const wanted = constants.O_RDWR | constants.O_CREAT | exclusive | truncate | NO_SURPRISES;
  const fd = openSync(place, wanted, mode & 0o777);
  try {
    // The guest has already applied its umask.
    if (isNew && keepsMode(true, share.platform)) fchmodSync(fd, mode & 0o7777);
    if (isNew) made(share, request);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return created(share, request, share.files.keep(request.path, fd));
};

export const mknod: Answer = (share, request) => {
  share.requireWritable();
  const mode = field(request, 0);
  if ((mode & S_IFMT) !== S_IFREG) throw new Refused('EPERM', request.path);
  const place = share.boundary.place(request.path);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_SURPRISES;
  once(request, 'EEXIST', () => {
    const fd = openSync(place, flags, mode & 0o777);
    if (keepsMode(true, share.platform)) fchmodSync(fd, mode & 0o7777);
    closeSync(fd);
  });
  return created(share, request, made(share, request));
};

export const mkdir: Answer = (share, request) => {
  share.requireWritable();
  const mode = field(request, 0) & 0o7777;
  const place = share.boundary.place(request.path);
  once(request, 'EEXIST', () => {
    mkdirSync(place, { mode: mode & 0o777 });
    const inherits = Number(share.look(request.path)?.mode ?? 0) & 0o2000;
    if (keepsMode(false, share.platform)) chmodSync(place, mode | inherits);
  });
  return created(share, request, made(share, request));
};

export const symlink: Answer = (share, request) => {
  share.requireWritable();
  const place = share.boundary.place(request.path);
  once(request, 'EEXIST', () => symlinkSync(request.body.toString(), place));
  return created(share, request, made(share, request));
};

export const link: Answer = (share, request) => {
  share.requireWritable();
  const { secondPath } = request;
  const source = share.boundary.movable(secondPath);
  const file = share.look(secondPath);
  // Other systems than Linux would link to the target of a symbolic link.
  const isFit = file?.isFile() || (file?.isSymbolicLink() && share.platform === 'linux');
  if (!isFit) throw new Refused(file ? 'EPERM' : 'ENOENT', secondPath);
  const place = share.boundary.place(request.path);
  once(request, 'EEXIST', () => linkSync(source, place));
  const linked = share.look(request.path);
  if (!linked) throw new Refused('ENOENT', request.path);
  share.known.own(secondPath, linked);
  return created(share, request, linked);
};

function removed(share: ServedShare, { unique, path }: FileRequest): Buffer {
  share.known.own(path, undefined);
  share.boundary.release(path);
  const reply = answer(unique, ATTR_OUT_BYTES);
  share.writeFolder(reply, HEADER_BYTES, parentOf(path).folder);
  return reply;
}

export const unlink: Answer = (share, request) => {
  share.requireWritable();
  const place = share.boundary.place(request.path);
  const file = share.look(request.path);
  if (file?.isDirectory()) throw new Refused('EISDIR', request.path);
  if (file?.isFile() && file.nlink === 1n) share.files.pin(request.path);
  once(request, 'ENOENT', () => unlinkSync(place));
  return removed(share, request);
};

export const rmdir: Answer = (share, request) => {
  share.requireWritable();
  const place = share.boundary.movable(request.path);
  share.boundary.release(request.path);
  once(request, 'ENOENT', () => rmdirSync(place));
  return removed(share, request);
};
