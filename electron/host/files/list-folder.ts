import type { EngineFile, FileType } from '../../../guest-agent/contract/endpoints/files.ts';
import type { FileKind, FileList, FilePlace, ListedFile } from '../../api/files.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { listFolder } from '../engine/files.ts';

const KINDS: Readonly<Record<FileType, FileKind>> = {
  file: 'file',
  directory: 'folder',
  symlink: 'link',
  char: 'device',
  block: 'device',
  fifo: 'pipe',
  socket: 'socket',
};

/** Lists a folder: folders and links to folders first, by name. */
export async function readFolderList(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<FileList> {
  const { Total, Files } = await listFolder(client, place, path);
  return { files: Files.map(listedFile).sort(byKindAndName), total: Total };
}

function listedFile(file: EngineFile): ListedFile {
  return {
    name: file.Name,
    kind: KINDS[file.Type],
    size: file.Size,
    mode: file.Mode,
    uid: file.Uid,
    gid: file.Gid,
    modifiedAt: file.Modified,
    ...(file.LinkTarget === undefined ? {} : { target: file.LinkTarget }),
    ...(file.LinkType === undefined ? {} : { leadsTo: KINDS[file.LinkType] }),
  };
}

const isFolder = ({ kind, leadsTo }: ListedFile) => kind === 'folder' || leadsTo === 'folder';

const names = new Intl.Collator(undefined, { numeric: true });

function byKindAndName(left: ListedFile, right: ListedFile): number {
  const folders = Number(isFolder(right)) - Number(isFolder(left));
  return folders || names.compare(left.name, right.name);
}
