import { linkSync, renameSync, unlinkSync } from 'node:fs';
import { ATTR_OUT_BYTES } from '../../../../../../guest-agent/contract/fuse/attributes.ts';
import { HEADER_BYTES } from '../../../../../../guest-agent/contract/fuse/frames.ts';
import { answer } from '../../../../../../guest-agent/contract/fuse/messages.ts';
import { renameFlags } from '../../../../../../guest-agent/contract/fuse/opcodes.ts';
import { unlessMissingSync } from '../../../../base/system-error.ts';
import { Refused } from '../boundary.ts';
import { parentOf } from '../known-folder.ts';
import type { Answer } from './answer.ts';
import { once } from './names.ts';

/** The body is the flags of rename2(2). Answers with both folders after the change. */
export const rename: Answer = (share, request) => {
  share.requireWritable();
  const { path, secondPath, body } = request;
  const flags = body.length >= 4 ? body.readUInt32LE() : 0;
  if (flags & ~renameFlags.noReplace) throw new Refused('EINVAL', path);
  const from = share.boundary.movable(path);
  const to = share.boundary.movable(secondPath);
  const [file, taken] = [share.look(path), unlessMissingSync(() => share.look(secondPath))];
  if (taken && flags & renameFlags.noReplace && file) throw new Refused('EEXIST', secondPath);
  const isSame = file && taken && file.ino === taken.ino && file.dev === taken.dev;
  if (taken?.isFile() && taken.nlink === 1n && !isSame) share.files.pin(secondPath);
  once(request, 'ENOENT', () => {
    // Another program of the host may take the name in between. A link doesn't replace it.
    if (flags & renameFlags.noReplace && file?.isFile()) {
      linkSync(from, to);
      unlinkSync(from);
    } else renameSync(from, to);
  });
  share.boundary.release(path);
  share.boundary.release(secondPath);
  const moved = share.look(secondPath);
  if (!moved) throw new Refused('ENOENT', secondPath);
  // Two names of one file both remain.
  if (!(isSame && share.look(path))) share.known.ownMove(path, secondPath, moved);
  const reply = answer(request.unique, 2 * ATTR_OUT_BYTES);
  const second = share.writeFolder(reply, HEADER_BYTES, parentOf(path).folder);
  share.writeFolder(reply, second, parentOf(secondPath).folder);
  return reply;
};
