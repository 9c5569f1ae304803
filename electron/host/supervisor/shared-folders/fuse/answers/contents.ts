import { fdatasyncSync, fstatSync, fsyncSync, readSync, writeSync } from 'node:fs';
import { ATTR_OUT_BYTES } from '../../../../../../guest-agent/contract/fuse/attributes.ts';
import { HEADER_BYTES } from '../../../../../../guest-agent/contract/fuse/frames.ts';
import {
  answer,
  type FileRequest,
  MOST_DATA,
} from '../../../../../../guest-agent/contract/fuse/messages.ts';
import { Refused } from '../boundary.ts';
import type { ServedShare } from '../served-share.ts';
import type { Answer } from './answer.ts';
import { isNameless } from './look.ts';

/** `struct fuse_read_in` and `struct fuse_write_in` */
const TRANSFER_BYTES = 40;

function transfer({ body, path }: FileRequest): { position: number; size: number } {
  if (body.length < TRANSFER_BYTES) throw new Refused('EINVAL', path);
  const position = body.readBigUInt64LE(8);
  if (position > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refused('EFBIG', path);
  return { position: Number(position), size: body.readUInt32LE(16) };
}

const opened = (share: ServedShare, request: FileRequest, writes: boolean) =>
  share.files.descriptor(request.path, request.ino, { writes, isNameless: isNameless(request) });

export const read: Answer = (share, request) => {
  const { position, size } = transfer(request);
  const reply = answer(request.unique, Math.min(size, MOST_DATA));
  const fd = opened(share, request, false);
  const length = readSync(fd, reply, HEADER_BYTES, reply.length - HEADER_BYTES, position);
  reply.writeUInt32LE(HEADER_BYTES + length, 0);
  return reply.subarray(0, HEADER_BYTES + length);
};

/** Answers with what the file is afterwards, so that the guest needn't ask. */
export const write: Answer = (share, request) => {
  share.requireWritable();
  const { position } = transfer(request);
  const data = request.body.subarray(TRANSFER_BYTES);
  const fd = opened(share, request, true);
  for (let done = 0; done < data.length; ) {
    done += writeSync(fd, data, done, data.length - done, position + done);
  }
  const reply = answer(request.unique, 8 + ATTR_OUT_BYTES);
  reply.writeUInt32LE(data.length, HEADER_BYTES);
  const file = fstatSync(fd, { bigint: true });
  if (!isNameless(request)) share.known.own(request.path, file);
  share.writeAttr(reply, HEADER_BYTES + 8, request.path, file);
  return reply;
};

export const fsync: Answer = (share, request) => {
  const dataOnly = request.body.length >= 12 && (request.body.readUInt32LE(8) & 1) !== 0;
  const fd = opened(share, request, false);
  if (dataOnly) fdatasyncSync(fd);
  else fsyncSync(fd);
  return answer(request.unique, 0);
};

/** Nobody in the guest uses the removed file any more. */
export const forget: Answer = (share, { ino }) => {
  share.files.forget(ino);
  return undefined;
};
