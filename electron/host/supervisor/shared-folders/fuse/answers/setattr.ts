import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  lutimesSync,
  openSync,
} from 'node:fs';
import { ATTR_OUT_BYTES } from '../../../../../../guest-agent/contract/fuse/attributes.ts';
import { HEADER_BYTES } from '../../../../../../guest-agent/contract/fuse/frames.ts';
import { answer, type FileRequest } from '../../../../../../guest-agent/contract/fuse/messages.ts';
import { changed } from '../../../../../../guest-agent/contract/fuse/opcodes.ts';
import { keepsMode } from '../../sftp/served-mode.ts';
import { Refused } from '../boundary.ts';
import { O_PATH } from '../open-flags.ts';
import type { ServedShare } from '../served-share.ts';
import type { Answer } from './answer.ts';
import { isNameless } from './look.ts';

/** `struct fuse_setattr_in` */
const SETATTR_BYTES = 88;
const NS_PER_SECOND = 1e9;

export const setattr: Answer = (share, request) => {
  share.requireWritable();
  const { body, path, ino } = request;
  if (body.length < SETATTR_BYTES) throw new Refused('EINVAL', path);
  const which = body.readUInt32LE(0);
  if (isNameless(request)) return ofNameless(share, request, which);
  const before = share.look(path);
  if (!before) throw new Refused('ENOENT', path);
  if (path !== '' && share.inoOf(before) !== ino) throw new Refused('ESTALE', path);
  if (which & changed.size) {
    ftruncateSync(share.files.descriptor(path, ino, { writes: true }), sizeIn(request));
  }
  // Windows keeps no owners, and others may not give files away: the files stay the user's.
  if (which & (changed.uid | changed.gid) && share.setsOwners) {
    const uid = which & changed.uid ? body.readUInt32LE(76) : Number(before.uid);
    const gid = which & changed.gid ? body.readUInt32LE(80) : Number(before.gid);
    lchownSync(share.boundary.place(path), uid, gid);
  }
  if (which & changed.mode) setMode(share, path, before, body.readUInt32LE(68) & 0o7777);
  if (which & (changed.atime | changed.mtime)) {
    const [atime, mtime] = times(body, which, before);
    lutimesSync(share.boundary.place(path), atime, mtime);
  }
  const file = share.look(path);
  if (!file) throw new Refused('ENOENT', path);
  share.known.own(path, file);
  return described(share, request, file);
};

function described(share: ServedShare, { unique, path }: FileRequest, file: BigIntStats): Buffer {
  const reply = answer(unique, ATTR_OUT_BYTES);
  share.writeAttr(reply, HEADER_BYTES, path, file);
  return reply;
}

function sizeIn({ body, path }: FileRequest): number {
  const size = body.readBigUInt64LE(16);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refused('EFBIG', path);
  return Number(size);
}

/** A file that only programs in the guest have open. */
function ofNameless(share: ServedShare, request: FileRequest, which: number): Buffer {
  const { body, path, ino } = request;
  const fd = share.files.descriptor(path, ino, { writes: true, isNameless: true });
  if (which & changed.size) ftruncateSync(fd, sizeIn(request));
  if (which & changed.mode) fchmodSync(fd, body.readUInt32LE(68) & 0o7777);
  const before = fstatSync(fd, { bigint: true });
  if (which & (changed.atime | changed.mtime)) futimesSync(fd, ...times(body, which, before));
  return described(share, request, fstatSync(fd, { bigint: true }));
}

function setMode(share: ServedShare, path: string, before: BigIntStats, mode: number): void {
  if (before.isSymbolicLink()) throw new Refused('EOPNOTSUPP', path);
  if (!keepsMode(before.isFile(), share.platform)) return;
  const place = share.boundary.place(path);
  if (share.platform !== 'linux') {
    chmodSync(place, mode);
    return;
  }
  // chmod(2) would follow a link that another program has put there since.
  const fd = openSync(place, O_PATH | constants.O_NOFOLLOW);
  try {
    if (fstatSync(fd, { bigint: true }).isSymbolicLink()) throw new Refused('ELOOP', path);
    chmodSync(`/proc/self/fd/${fd}`, mode);
  } finally {
    closeSync(fd);
  }
}

/** In seconds, as Node wants them: about a quarter of a microsecond is lost. */
function times(body: Buffer, which: number, before: BigIntStats): [number, number] {
  const now = Date.now() / 1000;
  const time = (bit: number, nowBit: number, at: number, nanosecondsAt: number, old: bigint) => {
    if (!(which & bit)) return Number(old) / NS_PER_SECOND;
    if (which & nowBit) return now;
    return Number(body.readBigInt64LE(at)) + body.readUInt32LE(nanosecondsAt) / NS_PER_SECOND;
  };
  return [
    time(changed.atime, changed.atimeNow, 32, 56, before.atimeNs),
    time(changed.mtime, changed.mtimeNow, 40, 60, before.mtimeNs),
  ];
}
