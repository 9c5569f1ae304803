import type { EngineFile, EngineListing } from '../../contract/endpoints/files.ts';
import { containerFiles } from '../../engine/containers/files/files.ts';
import type { Engine } from '../../engine/engine.ts';
import { archiveFile, extractInto, statFile } from '../../engine/files/archive.ts';
import { removeFile, renameFile } from '../../engine/files/change-file.ts';
import type { FileHolder } from '../../engine/files/holder.ts';
import { type FolderListing, type ListedFile, listFolder } from '../../engine/files/list-folder.ts';
import { volumeFiles } from '../../engine/volumes/files.ts';
import { pathStatHeader } from '../path-stat-header.ts';
import { flag, integer, requiredPath } from '../query.ts';
import { empty, json, type Route } from '../route.ts';

/** The default limit of files in a list. */
const LISTED_FILES = 10_000;

/**
 * Adds what a file browser needs and Docker's API lacks: lists of folders without the content of
 * files, removing and renaming in containers and volumes, and archives of volumes
 * (docs/engine-api.md).
 */
export function fileRoutes(engine: Engine): Route[] {
  return [
    ...browseRoutes('/containers/:name', (name) => containerFiles(engine, name)),
    ...browseRoutes('/volumes/:name', (name) => volumeFiles(engine, name)),
    ...archiveRoutes('/volumes/:name', (name) => volumeFiles(engine, name)),
  ];
}

type HolderOf = (name: string) => FileHolder;

function browseRoutes(prefix: string, holderOf: HolderOf): Route[] {
  return [
    {
      method: 'GET',
      path: `${prefix}/files`,
      handle: async ({ params, query }) => {
        const limit = integer(query, 'limit') ?? LISTED_FILES;
        const holder = holderOf(params.name ?? '');
        return json(encodeListing(await listFolder(holder, requiredPath(query), limit)));
      },
    },
    {
      method: 'DELETE',
      path: `${prefix}/files`,
      handle: async ({ params, query }) => {
        await removeFile(holderOf(params.name ?? ''), requiredPath(query));
        return empty();
      },
    },
    {
      method: 'POST',
      path: `${prefix}/files/rename`,
      handle: async ({ params, query }) => {
        const holder = holderOf(params.name ?? '');
        await renameFile(holder, requiredPath(query), requiredPath(query, 'to'));
        return empty();
      },
    },
  ];
}

/** Archive endpoints like those of containers in Docker's API. */
function archiveRoutes(prefix: string, holderOf: HolderOf): Route[] {
  return [
    {
      method: 'HEAD',
      path: `${prefix}/archive`,
      handle: async ({ params, query }) => {
        const stat = await statFile(holderOf(params.name ?? ''), requiredPath(query));
        return { ...empty(200), headers: pathStatHeader(stat) };
      },
    },
    {
      method: 'GET',
      path: `${prefix}/archive`,
      handle: async ({ params, query }) => {
        const holder = holderOf(params.name ?? '');
        const { stat, tar } = await archiveFile(holder, requiredPath(query));
        const headers = pathStatHeader(stat);
        return { kind: 'stream', contentType: 'application/x-tar', body: tar, headers };
      },
    },
    {
      method: 'PUT',
      path: `${prefix}/archive`,
      handle: async ({ params, query, body }) => {
        const keepKinds = flag(query, 'noOverwriteDirNonDir');
        const holder = holderOf(params.name ?? '');
        await extractInto(holder, requiredPath(query), body, { keepKinds });
        return empty(200);
      },
    },
  ];
}

function encodeListing({ path, folder, total, files }: FolderListing): EngineListing {
  return { Path: path, Folder: encodeFile(folder), Total: total, Files: files.map(encodeFile) };
}

function encodeFile({ linkTarget, linkType, ...file }: ListedFile): EngineFile {
  return {
    Name: file.name,
    Type: file.type,
    Mode: file.mode,
    Uid: file.uid,
    Gid: file.gid,
    Size: file.size,
    Modified: file.modifiedAt.toISOString(),
    ...(linkTarget === undefined ? {} : { LinkTarget: linkTarget }),
    ...(linkType === undefined ? {} : { LinkType: linkType }),
  };
}
