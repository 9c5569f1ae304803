import { opcodes } from '../../../../../../guest-agent/contract/fuse/opcodes.ts';
import type { Answer } from './answer.ts';
import { forget, fsync, read, write } from './contents.ts';
import { getattr, lookup, readdirplus, readlink, statfs } from './look.ts';
import { create, link, mkdir, mknod, rmdir, symlink, unlink } from './names.ts';
import { rename } from './rename.ts';
import { setattr } from './setattr.ts';

/** All requests of the guest, by their operation. */
export const answers: ReadonlyMap<number, Answer> = new Map([
  [opcodes.lookup, lookup],
  [opcodes.getattr, getattr],
  [opcodes.setattr, setattr],
  [opcodes.readlink, readlink],
  [opcodes.readdirplus, readdirplus],
  [opcodes.statfs, statfs],
  [opcodes.read, read],
  [opcodes.write, write],
  [opcodes.fsync, fsync],
  [opcodes.forget, forget],
  [opcodes.create, create],
  [opcodes.mknod, mknod],
  [opcodes.mkdir, mkdir],
  [opcodes.symlink, symlink],
  [opcodes.link, link],
  [opcodes.unlink, unlink],
  [opcodes.rmdir, rmdir],
  [opcodes.rename2, rename],
]);

/** Those that change something, so that a second time could differ from the first. */
export const changing: ReadonlySet<number> = new Set([
  ...[opcodes.create, opcodes.mknod, opcodes.mkdir, opcodes.symlink, opcodes.link],
  ...[opcodes.unlink, opcodes.rmdir, opcodes.rename2, opcodes.setattr],
]);
