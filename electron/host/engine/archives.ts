import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { FilePlace } from '../../api/files.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from './connection/client.ts';
import { listOf, parseReply, text } from './connection/reply.ts';

const pathStatSchema = z.looseObject({
  name: z.string(),
  /** Bytes. */
  size: z.number(),
  /** Go's `os.FileMode`. */
  mode: z.number(),
  /** RFC 3339. */
  mtime: z.string().optional(),
  linkTarget: text,
});

/** A path in a container or volume. */
export interface PathStat {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly isDirectory: boolean;
  /** A regular file: not a directory, link or device. */
  readonly isFile: boolean;
  /** RFC 3339. */
  readonly modifiedAt: string;
  /** The final target of a symbolic link; empty for anything else. */
  readonly linkTarget: string;
}

const GO_DIRECTORY = 2 ** 31;
/** Symbolic link, device, pipe, socket. */
const GO_SPECIAL = (1 << 27) | (1 << 26) | (1 << 25) | (1 << 24);

const changeSchema = z.looseObject({
  Path: z.string(),
  /** 0 changed, 1 added, 2 deleted. */
  Kind: z.number(),
});
export type ContainerChange = z.output<typeof changeSchema>;

const pathOf = (id: string, verb: string) => `/containers/${encodeURIComponent(id)}/${verb}`;

/** The API path of a container or volume. */
export function placePath(place: FilePlace, verb: string): string {
  return place.kind === 'container'
    ? `/containers/${encodeURIComponent(place.id)}${verb}`
    : `/volumes/${encodeURIComponent(place.name)}${verb}`;
}

const container = (id: string): FilePlace => ({ kind: 'container', id });

/** HEAD .../archive. Undefined if the path doesn't exist. */
export async function statPath(
  client: EngineClient,
  place: FilePlace,
  path: string,
): Promise<PathStat | undefined> {
  try {
    const response = await client.stream('HEAD', placePath(place, '/archive'), { query: { path } });
    response.resume();
    return statOf(response);
  } catch (error) {
    if (error instanceof HostError && error.status === 404) return undefined;
    throw error;
  }
}

/** GET .../archive: metadata and a tar of the path. */
export async function readPath(
  client: EngineClient,
  place: FilePlace,
  path: string,
  options: { signal?: AbortSignal } = {},
): Promise<{ stat: PathStat; tar: IncomingMessage }> {
  const request = { query: { path }, ...options };
  const tar = await client.stream('GET', placePath(place, '/archive'), request);
  return { stat: statOf(tar), tar };
}

/**
 * PUT .../archive: unpacks a tar into a directory. A directory never replaces anything else. With
 * `copyUIDGID`, everything belongs to the container's user. With `intoReadOnly`, also
 * unpacks into a root file system that the container can't write to.
 */
export async function writePath(
  client: EngineClient,
  place: FilePlace,
  path: string,
  tar: Readable,
  {
    signal,
    ...options
  }: { copyUIDGID?: boolean; intoReadOnly?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  await client.json('PUT', placePath(place, '/archive'), {
    query: { path, noOverwriteDirNonDir: true, ...options },
    body: tar,
    headers: { 'content-type': 'application/x-tar' },
    ...(signal ? { signal } : {}),
  });
}

export const statContainerPath = (client: EngineClient, id: string, path: string) =>
  statPath(client, container(id), path);

export const readContainerPath = (client: EngineClient, id: string, path: string) =>
  readPath(client, container(id), path);

export const writeContainerPath = (
  client: EngineClient,
  id: string,
  path: string,
  tar: Readable,
  options: { copyUIDGID?: boolean; intoReadOnly?: boolean } = {},
) => writePath(client, container(id), path, tar, options);

/** GET /containers/{id}/export */
export function exportContainer(client: EngineClient, id: string): Promise<IncomingMessage> {
  return client.stream('GET', pathOf(id, 'export'));
}

/** GET /containers/{id}/changes */
export async function containerChanges(
  client: EngineClient,
  id: string,
): Promise<ContainerChange[]> {
  return parseReply(listOf(changeSchema), await client.json('GET', pathOf(id, 'changes')));
}

function statOf({ headers }: IncomingMessage): PathStat {
  const text = headers['x-docker-container-path-stat'];
  if (typeof text !== 'string') {
    throw new HostError('engine', "the engine's reply doesn't describe the path");
  }
  const document: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  const { name, size, mode, mtime = '', linkTarget } = parseReply(pathStatSchema, document);
  const isDirectory = mode >= GO_DIRECTORY;
  const isFile = !isDirectory && (mode & GO_SPECIAL) === 0;
  return { name, size, linkTarget, isDirectory, isFile, modifiedAt: mtime };
}
