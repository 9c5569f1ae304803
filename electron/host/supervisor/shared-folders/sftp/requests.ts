import { constants } from 'node:fs';
import {
  chmod,
  type FileHandle,
  link,
  lstat,
  lutimes,
  mkdir,
  open,
  readdir,
  readlink,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { isWithheld } from '../../../../../guest-agent/contract/withheld.ts';
import { loggerOf } from '../../../base/log.ts';
import { moveFile } from '../../../base/move-file.ts';
import { unlessMissing } from '../../../base/system-error.ts';
import { type Confinement, confinedPath, movablePath, Refused } from './confined-path.ts';
import type { OpenHandles } from './open-handles.ts';
import {
  type Attributes,
  attributes,
  type PacketReader,
  packet,
  packetTypes,
  statusCodes,
  string,
  uint32,
} from './packets.ts';
import { keepsMode } from './served-mode.ts';

const log = loggerOf('folders');

/** The folder that one client may use. */
export interface ServedFolder extends Confinement {
  readonly readOnly: boolean;
  readonly platform: NodeJS.Platform;
  readonly handles: OpenHandles;
}

/** A reply without the request's ID; a number is a status. */
export type Reply = number | ((id: Buffer) => Buffer);
type Request = (folder: ServedFolder, fields: PacketReader) => Promise<Reply>;

const MAX_READ = 256 * 1024;
const NAMES_AT_ONCE = 200;
const openFlags = { write: 2, append: 4, create: 8, truncate: 0x10, exclusive: 0x20 };
/**
 * Windows has neither flag; there, the earlier check must suffice, and the queue keeps it valid.
 */
const NO_SURPRISES = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const writing =
  (request: Request): Request =>
  async (folder, fields) =>
    folder.readOnly ? statusCodes.permissionDenied : request(folder, fields);

/** Requests on open files, which name no path. */
export const handleRequests: Readonly<Record<number, Request>> = {
  async [packetTypes.read]({ handles }, fields) {
    const file = handles.file(fields.string());
    const offset = fields.uint64();
    const buffer = Buffer.allocUnsafe(Math.min(fields.uint32(), MAX_READ));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) return statusCodes.endOfFile;
    return (id) => packet(packetTypes.data, id, string(buffer.subarray(0, bytesRead)));
  },
  [packetTypes.write]: writing(async ({ handles }, fields) => {
    const name = fields.string();
    const offset = fields.uint64();
    const data = fields.bytes();
    await handles.writeInTurn(name, async (file) => {
      for (let done = 0; done < data.length; ) {
        done += (await file.write(data, done, data.length - done, offset + done)).bytesWritten;
      }
    });
    return statusCodes.ok;
  }),
};

/** All other requests, which name paths: one at a time. */
export const pathRequests: Readonly<Record<number, Request>> = {
  async [packetTypes.open](folder, fields) {
    const path = await confinedPath(folder, fields.string());
    const flags = fields.uint32();
    const changes = openFlags.write | openFlags.append | openFlags.create | openFlags.truncate;
    if (folder.readOnly && flags & changes) return statusCodes.permissionDenied;
    if (folder.handles.full) throw new Refused('too many open files');
    const mode = (fields.attributes().permissions ?? 0o666) & 0o777;
    const before = await lstat(path).catch(unlessMissing);
    if (before && !before.isFile()) throw new Refused(path);
    const file = await open(path, systemFlags(flags, folder.platform) | NO_SURPRISES, mode);
    // The VM has already applied its umask.
    if (!before) await file.chmod(mode);
    const name = folder.handles.add({ kind: 'file', file });
    return (id) => packet(packetTypes.handle, id, string(name));
  },
  async [packetTypes.close]({ handles }, fields) {
    await handles.close(fields.string());
    return statusCodes.ok;
  },
  async [packetTypes.lstat](folder, fields) {
    const file = await lstat(await confinedPath(folder, fields.string()), { bigint: true });
    return (id) => packet(packetTypes.attrs, id, attributes(file, folder.platform));
  },
  async [packetTypes.stat](folder, fields) {
    const path = await confinedPath(folder, fields.string());
    const file = await lstat(path, { bigint: true });
    if (file.isSymbolicLink()) throw new Refused(path);
    return (id) => packet(packetTypes.attrs, id, attributes(file, folder.platform));
  },
  async [packetTypes.fstat]({ handles, platform }, fields) {
    const file = await handles.file(fields.string()).stat({ bigint: true });
    return (id) => packet(packetTypes.attrs, id, attributes(file, platform));
  },
  [packetTypes.setstat]: writing(async (folder, fields) => {
    const path = await confinedPath(folder, fields.string());
    await setAttributes(path, fields.attributes(), folder.platform);
    return statusCodes.ok;
  }),
  [packetTypes.fsetstat]: writing(async ({ handles }, fields) => {
    await setOpenAttributes(handles.file(fields.string()), fields.attributes());
    return statusCodes.ok;
  }),
  async [packetTypes.opendir](folder, fields) {
    const path = await confinedPath(folder, fields.string());
    if (!(await lstat(path)).isDirectory()) throw new Refused(path);
    if (folder.handles.full) throw new Refused('too many open directories');
    const names = ['.', '..', ...(await readdir(path))];
    const name = folder.handles.add({ kind: 'directory', path, names });
    return (id) => packet(packetTypes.handle, id, string(name));
  },
  async [packetTypes.readdir](folder, fields) {
    const directory = folder.handles.directory(fields.string());
    const names = directory.names.splice(0, NAMES_AT_ONCE);
    if (names.length === 0) return statusCodes.endOfFile;
    const entries: Buffer[] = [];
    for (const name of names) {
      // `..` also returns the directory itself: the client must not learn about its parent.
      const own = name === '.' || name === '..';
      const relative = own ? directory.path : join(directory.path, name);
      const inFolder = slashes(relative.slice(folder.root.length)).replace(/^\//, '');
      if (isWithheld(folder.withheld, inFolder)) continue;
      const path = await confinedPath(folder, inFolder);
      const file = await log.attempt(
        `Reading the metadata of ${path}`,
        lstat(path, { bigint: true }),
      );
      if (file) entries.push(string(name), string(name), attributes(file, folder.platform));
    }
    return (id) => packet(packetTypes.name, id, uint32(entries.length / 3), ...entries);
  },
  [packetTypes.remove]: writing(async (folder, fields) => {
    await unlink(await confinedPath(folder, fields.string()));
    return statusCodes.ok;
  }),
  [packetTypes.mkdir]: writing(async (folder, fields) => {
    const path = await confinedPath(folder, fields.string());
    const mode = (fields.attributes().permissions ?? 0o777) & 0o777;
    await mkdir(path, { mode });
    if (keepsMode(false, folder.platform)) await chmod(path, mode);
    return statusCodes.ok;
  }),
  [packetTypes.rmdir]: writing(async (folder, fields) => {
    const path = await confinedPath(folder, fields.string());
    if (path === folder.root) throw new Refused(path);
    await rmdir(path);
    return statusCodes.ok;
  }),
  async [packetTypes.realpath](folder, fields) {
    const path = fields.string();
    await confinedPath(folder, path);
    const form = `/${path
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/')}`;
    return (id) => packet(packetTypes.name, id, uint32(1), string(form), string(form), uint32(0));
  },
  [packetTypes.rename]: writing((folder, fields) => renameFile(folder, fields, false)),
  async [packetTypes.readlink](folder, fields) {
    const target = await readlink(await confinedPath(folder, fields.string()));
    return (id) =>
      packet(packetTypes.name, id, uint32(1), string(target), string(target), uint32(0));
  },
  [packetTypes.symlink]: writing(async (folder, fields) => {
    // In OpenSSH's order, which differs from the draft.
    const target = fields.string();
    await symlink(target, await confinedPath(folder, fields.string()));
    return statusCodes.ok;
  }),
  [packetTypes.extended]: async (folder, fields) => {
    const name = fields.string();
    const request = Object.hasOwn(extensions, name) ? extensions[name] : undefined;
    return request ? request(folder, fields) : statusCodes.unsupported;
  },
};

/** OpenSSH's extensions, by their announced names. */
export const extensions: Readonly<Record<string, Request>> = {
  'posix-rename@openssh.com': writing((folder, fields) => renameFile(folder, fields, true)),
  'hardlink@openssh.com': writing(async (folder, fields) => {
    const from = await confinedPath(folder, fields.string());
    // Some systems would link to the target of a symbolic link.
    if (!(await lstat(from)).isFile()) throw new Refused(from);
    await link(from, await confinedPath(folder, fields.string()));
    return statusCodes.ok;
  }),
  'fsync@openssh.com': async ({ handles }, fields) => {
    await handles.file(fields.string()).sync();
    return statusCodes.ok;
  },
};

async function renameFile(
  folder: ServedFolder,
  fields: PacketReader,
  replaces: boolean,
): Promise<Reply> {
  const from = await movablePath(folder, fields.string());
  const to = await confinedPath(folder, fields.string());
  if (from === folder.root || to === folder.root) throw new Refused(from);
  const taken = await lstat(to).catch(unlessMissing);
  if (taken && !replaces) return statusCodes.failure;
  await moveFile(from, to);
  return statusCodes.ok;
}

/**
 * Each write names its place, so a file needn't be open for appending. On Windows, such a file
 * couldn't be truncated.
 */
function systemFlags(flags: number, platform: NodeJS.Platform): number {
  const appends = flags & openFlags.append && platform !== 'win32';
  const writes = flags & openFlags.write;
  const reads = flags & 1;
  const access = writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  return (
    access |
    (appends ? constants.O_APPEND : 0) |
    (flags & openFlags.create ? constants.O_CREAT : 0) |
    (flags & openFlags.truncate ? constants.O_TRUNC : 0) |
    (flags & openFlags.exclusive ? constants.O_EXCL : 0)
  );
}

async function setAttributes(
  path: string,
  { size, permissions, times }: Attributes,
  platform: NodeJS.Platform,
) {
  const file = await lstat(path);
  if (size !== undefined) {
    if (!file.isFile()) throw new Refused(path);
    const handle = await open(path, constants.O_WRONLY | NO_SURPRISES);
    await handle.truncate(size).finally(() => handle.close());
  }
  if (permissions !== undefined) {
    if (file.isSymbolicLink()) throw new Refused(path);
    if (keepsMode(file.isFile(), platform)) await chmod(path, permissions & 0o777);
  }
  if (times) await lutimes(path, times.accessed, times.modified);
}

async function setOpenAttributes(file: FileHandle, { size, permissions, times }: Attributes) {
  if (size !== undefined) await file.truncate(size);
  if (permissions !== undefined) await file.chmod(permissions & 0o777);
  if (times) await file.utimes(times.accessed, times.modified);
}

const slashes = (path: string) => path.replaceAll('\\', '/');
