import { readlinkSync, statfsSync } from 'node:fs';
import {
  ATTR_OUT_BYTES,
  DIRENT_BYTES,
  ENTRY_OUT_BYTES,
  LISTING_FIELDS,
  listingFlags,
} from '../../../../../../guest-agent/contract/fuse/attributes.ts';
import { HEADER_BYTES } from '../../../../../../guest-agent/contract/fuse/frames.ts';
import {
  answer,
  type FileRequest,
  MOST_DATA,
  requestFlags,
} from '../../../../../../guest-agent/contract/fuse/messages.ts';
import { unlessMissingSync } from '../../../../base/system-error.ts';
import { Refused } from '../boundary.ts';
import { parentOf } from '../known-folder.ts';
import { below } from '../listings.ts';
import type { ServedShare } from '../served-share.ts';
import type { Answer } from './answer.ts';

/** A name, which may not exist: then the guest remembers that too. */
export const lookup: Answer = (share, { unique, path }) => {
  share.known.follow(parentOf(path).folder);
  const file = share.boundary.shows(path) ? unlessMissingSync(() => share.look(path)) : undefined;
  if (share.boundary.shows(path)) share.known.tell(path, file);
  if (file?.isDirectory()) share.known.follow(path);
  const reply = answer(unique, ENTRY_OUT_BYTES);
  share.writeEntry(reply, HEADER_BYTES, path, file);
  return reply;
};

export const getattr: Answer = (share, request) => {
  const { unique, path } = request;
  const file = isNameless(request) ? undefined : share.look(path);
  const reply = answer(unique, ATTR_OUT_BYTES);
  if (file && (path === '' || share.inoOf(file) === request.ino)) {
    if (file.isDirectory()) share.known.follow(path);
    share.known.tell(path, file);
    share.writeAttr(reply, HEADER_BYTES, path, file);
    return reply;
  }
  // A file that is known by its inode alone.
  share.writeAttr(reply, HEADER_BYTES, path, share.files.look(path, request.ino));
  return reply;
};

export const isNameless = ({ flags }: FileRequest): boolean =>
  (flags & requestFlags.nameless) !== 0;

export const readlink: Answer = (share, { unique, path }) => {
  const target = Buffer.from(readlinkSync(share.boundary.place(path)));
  const reply = answer(unique, target.length);
  target.copy(reply, HEADER_BYTES);
  return reply;
};

/** The names in a folder after `secondPath`, each with its metadata, up to the size in the request. */
export const readdirplus: Answer = (share, { unique, path, secondPath, body }) => {
  if (body.length < 20) throw new Refused('EINVAL', path);
  const size = Math.min(body.readUInt32LE(16), MOST_DATA);
  const isFollowed = share.known.follow(path);
  const reply = answer(unique, LISTING_FIELDS + size);
  let end = HEADER_BYTES + LISTING_FIELDS;
  const limit = end + size;
  let isWhole = true;
  for (const name of share.listings.after(path, secondPath)) {
    const bytes = Buffer.byteLength(name);
    const length = ENTRY_OUT_BYTES + ((DIRENT_BYTES + bytes + 7) & ~7);
    if (end + length > limit) {
      isWhole = false;
      break;
    }
    if (writeName(share, reply, end, path, name)) end += length;
  }
  const flags = (isWhole ? listingFlags.isWhole : 0) | (isFollowed ? listingFlags.isWatched : 0);
  reply.writeUInt32LE(flags, HEADER_BYTES);
  reply.writeUInt32LE(end, 0);
  return reply.subarray(0, end);
};

/** False if the file is gone. */
function writeName(
  share: ServedShare,
  reply: Buffer,
  at: number,
  folder: string,
  name: string,
): boolean {
  const isLink = name === '.' || name === '..';
  const path = isLink ? folder : below(folder, name);
  const file = unlessMissingSync(() => share.look(path));
  if (!file) return false;
  reply.fill(0, at, at + ENTRY_OUT_BYTES + DIRENT_BYTES);
  const dirent = at + ENTRY_OUT_BYTES;
  reply.writeBigUInt64LE(share.inoOf(file), dirent);
  reply.writeUInt32LE(Buffer.byteLength(name), dirent + 16);
  reply.writeUInt32LE((Number(file.mode) >> 12) & 0xf, dirent + 20);
  const end = dirent + DIRENT_BYTES + reply.write(name, dirent + DIRENT_BYTES);
  reply.fill(0, end, (end + 7) & ~7);
  // Without a node, the kernel takes only the name.
  if (isLink) return true;
  if (file.isDirectory()) share.known.follow(path);
  share.known.tell(path, file);
  share.writeEntry(reply, at, path, file);
  return true;
}

/** `struct fuse_kstatfs` */
export const statfs: Answer = (share, { unique }) => {
  const disk = statfsSync(share.root);
  const reply = answer(unique, 80);
  const counts = [disk.blocks, disk.bfree, disk.bavail, disk.files, disk.ffree];
  for (const [index, count] of counts.entries()) {
    reply.writeBigUInt64LE(BigInt(Math.max(count, 0)), HEADER_BYTES + 8 * index);
  }
  reply.writeUInt32LE(disk.bsize, HEADER_BYTES + 40);
  reply.writeUInt32LE(255, HEADER_BYTES + 44);
  reply.writeUInt32LE(disk.bsize, HEADER_BYTES + 48);
  return reply;
};
