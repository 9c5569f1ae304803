import type { z } from 'zod';
import { looksOnHeader } from '../../../guest-agent/contract/endpoints/activity.ts';
import type {
  ContainerCreateRequest,
  ContainerUpdateRequest,
} from '../../../guest-agent/contract/engine-types.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from './connection/client.ts';
import { listOf, parseReply, readText } from './connection/reply.ts';
import { type ContainerInspection, containerInspectionSchema } from './container-inspection.ts';
import {
  type ContainerSummary,
  containerSummarySchema,
  containersPrunedSchema,
  createdSchema,
  topSchema,
  updatedSchema,
  waitSchema,
} from './container-schemas.ts';

/** Filters of list and prune calls: name to accepted values. */
export type Filters = Readonly<Record<string, readonly string[]>>;

const pathOf = (id: string, verb = '') => `/containers/${encodeURIComponent(id)}${verb}`;

interface ListOptions {
  readonly all?: boolean;
  readonly limit?: number;
  readonly size?: boolean;
  readonly filters?: Filters;
  /** Doesn't keep an idle VM awake. */
  readonly looksOn?: boolean;
}

/** GET /containers/json: running containers, or all of them. Newest first. */
export async function listContainers(
  client: EngineClient,
  { looksOn, ...query }: ListOptions = {},
): Promise<ContainerSummary[]> {
  const headers = looksOn ? { [looksOnHeader]: '1' } : {};
  const reply = await client.json('GET', '/containers/json', { query, headers });
  return parseReply(listOf(containerSummarySchema), reply);
}

/** GET /containers/{id}/json. As everywhere here, `id` is an ID, its prefix, or a name. */
export async function inspectContainer(
  client: EngineClient,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerInspection> {
  return (await readContainer(client, id, signal)).inspection;
}

/** Like `inspectContainer`, but also returns the engine's document. */
export async function readContainer(
  client: EngineClient,
  id: string,
  signal?: AbortSignal,
): Promise<{ document: unknown; inspection: ContainerInspection }> {
  const options = signal ? { signal } : {};
  const document = await client.json<unknown>('GET', pathOf(id, '/json'), options);
  return { document, inspection: parseReply(containerInspectionSchema, document) };
}

/** POST /containers/create. Rejects with status 404 if the image isn't in the cache. */
export async function createContainer(
  client: EngineClient,
  request: ContainerCreateRequest,
  options: { name?: string; platform?: string } = {},
): Promise<z.output<typeof createdSchema>> {
  const reply = await client.json('POST', '/containers/create', {
    query: { ...options },
    body: request,
  });
  return parseReply(createdSchema, reply);
}

/** Idempotent: has no effect on a running container. */
export async function startContainer(
  client: EngineClient,
  id: string,
  options: { detachKeys?: string } = {},
): Promise<void> {
  await client.json('POST', pathOf(id, '/start'), { query: { ...options } });
}

/**
 * Sends `signal`, and SIGKILL after `timeout` seconds (-1: never). Resolves when the container has
 * exited.
 */
export async function stopContainer(
  client: EngineClient,
  id: string,
  options: { signal?: string; timeout?: number } = {},
): Promise<void> {
  await client.json('POST', pathOf(id, '/stop'), {
    query: { signal: options.signal, t: options.timeout },
  });
}

export async function restartContainer(
  client: EngineClient,
  id: string,
  options: { signal?: string; timeout?: number } = {},
): Promise<void> {
  await client.json('POST', pathOf(id, '/restart'), {
    query: { signal: options.signal, t: options.timeout },
  });
}

/** Sends a signal, by default SIGKILL. Doesn't wait for the exit. */
export async function killContainer(
  client: EngineClient,
  id: string,
  signal?: string,
): Promise<void> {
  await client.json('POST', pathOf(id, '/kill'), { query: { signal } });
}

export async function pauseContainer(client: EngineClient, id: string): Promise<void> {
  await client.json('POST', pathOf(id, '/pause'));
}

export async function unpauseContainer(client: EngineClient, id: string): Promise<void> {
  await client.json('POST', pathOf(id, '/unpause'));
}

export async function renameContainer(
  client: EngineClient,
  id: string,
  name: string,
): Promise<void> {
  await client.json('POST', pathOf(id, '/rename'), { query: { name } });
}

/**
 * `force` kills a running container first; `volumes` also removes its anonymous volumes. `link`
 * removes only a link, such as `web/db`.
 */
export async function removeContainer(
  client: EngineClient,
  id: string,
  options: { force?: boolean; volumes?: boolean; link?: boolean } = {},
): Promise<void> {
  await client.json('DELETE', pathOf(id), {
    query: { force: options.force, v: options.volumes, link: options.link },
  });
}

/** Size of the terminal, in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export async function resizeContainer(
  client: EngineClient,
  id: string,
  size: TerminalSize,
): Promise<void> {
  await client.json('POST', pathOf(id, '/resize'), { query: { h: size.rows, w: size.columns } });
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/** A wait that the engine has registered: an exit from now on isn't missed. */
export interface ContainerWait {
  /** The exit code when the condition is met. Rejects with HostError 'engine'. */
  readonly exitCode: Promise<number>;
}

/**
 * POST /containers/{id}/wait. Resolves when the engine has sent its headers, which it does before
 * the condition is met. A container that starts after that is waited for reliably.
 */
export async function waitContainer(
  client: EngineClient,
  id: string,
  condition: WaitCondition = 'not-running',
  signal?: AbortSignal,
): Promise<ContainerWait> {
  const response = await client.stream('POST', pathOf(id, '/wait'), {
    query: { condition },
    ...(signal ? { signal } : {}),
  });
  const exitCode = readText(response).then(
    (text) => {
      const reply = parseReply(waitSchema, JSON.parse(text));
      const message = reply.Error?.Message;
      if (message) throw new HostError('engine', message);
      return reply.StatusCode;
    },
    (cause: unknown) => {
      throw new HostError('connection', 'the connection to the engine was lost', { cause });
    },
  );
  // Prevents an unhandled rejection if the caller fails before it reads the code.
  awaitedElsewhere(exitCode);
  return { exitCode };
}

/** POST /containers/{id}/update: limits and restart policy; omitted values stay unchanged. */
export async function updateContainer(
  client: EngineClient,
  id: string,
  request: ContainerUpdateRequest,
): Promise<z.output<typeof updatedSchema>> {
  const reply = await client.json('POST', pathOf(id, '/update'), { body: request });
  return parseReply(updatedSchema, reply);
}

/** Processes in a container. `psArguments` are those of `ps`. */
export async function topContainer(
  client: EngineClient,
  id: string,
  psArguments?: string,
): Promise<z.output<typeof topSchema>> {
  const reply = await client.json('GET', pathOf(id, '/top'), { query: { ps_args: psArguments } });
  return parseReply(topSchema, reply);
}

/** Removes stopped containers. */
export async function pruneContainers(
  client: EngineClient,
  filters: Filters = {},
): Promise<z.output<typeof containersPrunedSchema>> {
  const reply = await client.json('POST', '/containers/prune', { query: { filters } });
  return parseReply(containersPrunedSchema, reply);
}
