import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { HostError } from '../errors.ts';
import type { EngineClient } from './client.ts';
import { listOf, parseReply } from './reply.ts';

const pathStatSchema = z.looseObject({
  name: z.string(),
  /** Bytes. */
  size: z.number(),
  /** Go's `os.FileMode`. */
  mode: z.number(),
  linkTarget: z
    .string()
    .nullish()
    .transform((target) => target ?? ''),
});

/** A path in a container. */
export interface ContainerPath {
  readonly name: string;
  readonly size: number;
  readonly isDirectory: boolean;
  /** Where a symbolic link leads in the end; empty for anything else. */
  readonly linkTarget: string;
}

const GO_DIRECTORY = 2 ** 31;

const changeSchema = z.looseObject({
  Path: z.string(),
  /** 0 changed, 1 added, 2 deleted. */
  Kind: z.number(),
});
export type ContainerChange = z.output<typeof changeSchema>;

const pathOf = (id: string, verb: string) => `/containers/${encodeURIComponent(id)}/${verb}`;

/** HEAD /containers/{id}/archive. Undefined when there is no such path, or no such container. */
export async function statContainerPath(
  client: EngineClient,
  id: string,
  path: string,
): Promise<ContainerPath | undefined> {
  try {
    const response = await client.stream('HEAD', pathOf(id, 'archive'), { query: { path } });
    response.resume();
    return statOf(response);
  } catch (error) {
    if (error instanceof HostError && error.status === 404) return undefined;
    throw error;
  }
}

/** GET /containers/{id}/archive: what the path is, and a tar of it. */
export async function readContainerPath(
  client: EngineClient,
  id: string,
  path: string,
): Promise<{ stat: ContainerPath; tar: IncomingMessage }> {
  const tar = await client.stream('GET', pathOf(id, 'archive'), { query: { path } });
  return { stat: statOf(tar), tar };
}

/**
 * PUT /containers/{id}/archive: unpacks a tar into a directory of a container. A directory never
 * takes the place of something else. `copyUIDGID`: all of it is to belong to the container's user.
 */
export async function writeContainerPath(
  client: EngineClient,
  id: string,
  path: string,
  tar: Readable,
  options: { copyUIDGID?: boolean } = {},
): Promise<void> {
  const query = { path, noOverwriteDirNonDir: true, ...options };
  await client.json('PUT', pathOf(id, 'archive'), {
    query,
    body: tar,
    headers: { 'content-type': 'application/x-tar' },
  });
}

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

function statOf({ headers }: IncomingMessage): ContainerPath {
  const text = headers['x-docker-container-path-stat'];
  if (typeof text !== 'string') {
    throw new HostError('engine', "the engine's reply does not say what the path is");
  }
  const document: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  const { name, size, mode, linkTarget } = parseReply(pathStatSchema, document);
  return { name, size, linkTarget, isDirectory: mode >= GO_DIRECTORY };
}
