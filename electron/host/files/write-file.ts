import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { FilePlace } from '../../api/files.ts';
import { HostError } from '../base/errors.ts';
import { statPath, writePath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { listFolder } from '../engine/files.ts';
import { findFile, readOne, versionOf } from './read-file.ts';

/** Overwrites a file with text. Keeps its owner and permissions. Returns the new version. */
export async function saveFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
  text: string,
  version: string,
): Promise<string> {
  const found = await findFile(client, place, path);
  if (versionOf(found.stat) !== version) {
    throw new HostError('engine', `${path} has changed since you opened it`, {
      status: 409,
      hint: 'Open the file again to see the changes, or overwrite it.',
    });
  }
  const { header } = await readOne(client, place, found.path);
  return await write(client, place, found.path, 'file', header, text).catch((cause: unknown) => {
    if (!(cause instanceof HostError && cause.status === 403 && /busy/.test(cause.message))) {
      throw cause;
    }
    throw new HostError('engine', `${path} is mounted into the container and can't be replaced`, {
      status: 403,
      hint: 'Change it from a terminal in the container.',
      cause,
    });
  });
}

/** Creates a text file that belongs to its folder's owner. */
export async function createFile(
  client: EngineClient,
  place: FilePlace,
  path: string,
  text: string,
): Promise<string> {
  await refuseTaken(client, place, path);
  const owner = await folderOwner(client, place, posix.dirname(path));
  return write(client, place, path, 'file', { ...owner, mode: 0o644 }, text);
}

/** Creates a folder that belongs to its parent folder's owner. */
export async function createFolder(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<void> {
  await refuseTaken(client, place, path);
  const owner = await folderOwner(client, place, posix.dirname(path));
  await write(client, place, path, 'directory', { ...owner, mode: 0o755 });
}

/** Rejects with status 409 if the path exists. */
export async function refuseTaken(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<void> {
  if ((await statPath(client, place, path)) === undefined) return;
  throw new HostError('engine', `${path} already exists`, { status: 409 });
}

export async function folderOwner(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<{ uid: number; gid: number }> {
  const { Folder } = await listFolder(client, place, path, { limit: 0 });
  return { uid: Folder.Uid, gid: Folder.Gid };
}

async function write(
  client: EngineClient,
  place: FilePlace,
  path: string,
  type: 'file' | 'directory',
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
  text = '',
): Promise<string> {
  const tar = pack();
  tar.entry({ type, name: posix.basename(path), mode, uid, gid, mtime: new Date() }, text);
  tar.finalize();
  const stream = Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
  await writePath(client, place, posix.dirname(path), stream);
  return versionOf((await findFile(client, place, path)).stat);
}
