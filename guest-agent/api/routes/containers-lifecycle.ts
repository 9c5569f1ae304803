import * as z from 'zod';
import { hostConfigWarnings } from '../../engine/containers/lifecycle/check-host-config.ts';
import { createContainer } from '../../engine/containers/lifecycle/create.ts';
import { killContainer } from '../../engine/containers/lifecycle/kill.ts';
import { pauseContainer, unpauseContainer } from '../../engine/containers/lifecycle/pause.ts';
import { pruneContainers } from '../../engine/containers/lifecycle/prune.ts';
import { removeContainer } from '../../engine/containers/lifecycle/remove.ts';
import { renameContainer } from '../../engine/containers/lifecycle/rename.ts';
import { startContainer } from '../../engine/containers/lifecycle/start.ts';
import {
  restartContainer,
  type StopOptions,
  stopContainer,
} from '../../engine/containers/lifecycle/stop.ts';
import {
  updateContainer,
  updateRequestSchema,
  withoutDiskLimits,
} from '../../engine/containers/lifecycle/update.ts';
import { type WaitCondition, waitContainer } from '../../engine/containers/lifecycle/wait.ts';
import { removeLink } from '../../engine/containers/network/remove-link.ts';
import type { LiveContainer } from '../../engine/containers/record/live-container.ts';
import { removeUnreadable } from '../../engine/containers/recovery/unreadable-containers.ts';
import { createRequestSchema } from '../../engine/containers/request/config.ts';
import type { Engine } from '../../engine/engine.ts';
import { foreignPlatformWarnings } from '../../engine/images/store/platform.ts';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { isBefore } from '../api-version.ts';
import { filters, flag, integer } from '../query.ts';
import { type ApiRequest, empty, json, type Reply, type Route } from '../route.ts';

const waitConditions: readonly string[] = ['not-running', 'next-exit', 'removed'];
const isWaitCondition = (text: string): text is WaitCondition => waitConditions.includes(text);

/** Containers from creation to removal. */
export function containerLifecycleRoutes(engine: Engine): Route[] {
  /** An action on one container that answers with an empty body. */
  const verb = (
    name: string,
    act: (container: LiveContainer, query: URLSearchParams) => Promise<void>,
  ): Route => ({
    method: 'POST',
    path: `/containers/:id/${name}`,
    handle: async ({ params, query }) => {
      await act(engine.containers.get(params.id ?? ''), query);
      return empty();
    },
  });

  return [
    {
      method: 'POST',
      path: '/containers/create',
      handle: async ({ query, json: readBody }) => {
        const request = createRequest(await readBody(z.record(z.string(), z.unknown())));
        const wanted = query.get('platform');
        const platform = wanted ? parsePlatform(wanted) : undefined;
        const name = query.get('name') ?? undefined;
        const record = await createContainer(engine, name, request, platform);
        const warnings = [
          ...hostConfigWarnings(request.HostConfig),
          ...(platform ? [] : foreignPlatformWarnings(engine.images.resolve(record.image))),
        ];
        return json({ Id: record.id, Warnings: warnings }, 201);
      },
    },
    {
      method: 'POST',
      path: '/containers/:id/update',
      handle: async ({ params, version, json: readBody }) => {
        const posted = await readBody(updateRequestSchema);
        const request = isBefore(version, '1.55') ? withoutDiskLimits(posted) : posted;
        const container = engine.containers.get(params.id ?? '');
        return json({ Warnings: await updateContainer(engine, container, request) });
      },
    },
    verb('start', (container) => startContainer(engine, container)),
    verb('stop', (container, query) => stopContainer(engine, container, stopOptions(query))),
    verb('restart', (container, query) => restartContainer(engine, container, stopOptions(query))),
    {
      method: 'POST',
      path: '/containers/:id/kill',
      handle: async ({ params, query }) => {
        await killNamed(engine, params.id ?? '', query.get('signal') || 'SIGKILL');
        return empty();
      },
    },
    verb('pause', (container) => pauseContainer(engine, container)),
    verb('unpause', (container) => unpauseContainer(engine, container)),
    verb('rename', (container, query) =>
      renameContainer(engine, container, query.get('name') ?? ''),
    ),
    {
      method: 'POST',
      path: '/containers/:id/wait',
      handle: async (request) => waitReply(engine, request),
    },
    {
      method: 'DELETE',
      path: '/containers/*id',
      handle: async ({ params, query }) => {
        const reference = params.id ?? '';
        if (flag(query, 'link')) {
          await removeLink(engine, reference);
          return empty();
        }
        const options = { force: flag(query, 'force'), volumes: flag(query, 'v') };
        if (await removeUnreadable(engine, reference, options)) return empty();
        await removeContainer(engine, engine.containers.get(reference), options);
        return empty();
      },
    },
    {
      method: 'POST',
      path: '/containers/prune',
      handle: async ({ query }) => {
        const { removed, reclaimed } = await pruneContainers(engine, filters(query));
        return json({ ContainersDeleted: removed, SpaceReclaimed: reclaimed });
      },
    },
  ];
}

/** As in Docker, the error begins with the container's name as the client wrote it. */
async function killNamed(engine: Engine, name: string, signal: string): Promise<void> {
  try {
    await killContainer(engine, engine.containers.get(name), signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const message = `cannot kill container: ${name}: ${error.message}`;
    throw new EngineError(error.code, message, { cause: error });
  }
}

function stopOptions(query: URLSearchParams): StopOptions {
  const timeout = integer(query, 't');
  const signal = query.get('signal');
  return { ...(timeout !== undefined && { timeout }), ...(signal && { signal }) };
}

/** The document itself holds the container's settings. Two of its fields hold others. */
function createRequest(document: Record<string, unknown>) {
  const { HostConfig, NetworkingConfig, ...config } = document;
  if (Object.keys(config).length === 0) {
    throw new EngineError('invalid', 'config cannot be empty in order to create a container');
  }
  const request = createRequestSchema.parse(document);
  const { UTSMode } = request.HostConfig;
  if (UTSMode.startsWith('container:')) {
    throw new EngineError('invalid', `invalid UTS mode: ${UTSMode}`);
  }
  return request;
}

/**
 * The headers go out immediately: clients start the container once they know that the engine waits.
 */
function waitReply(engine: Engine, { params, query, signal }: ApiRequest): Reply {
  const condition = query.get('condition') || 'not-running';
  if (!isWaitCondition(condition)) {
    throw new EngineError('invalid', `invalid condition: "${condition}"`);
  }
  const container = engine.containers.get(params.id ?? '');
  const exit = waitContainer(container, condition, signal);
  exit.catch(awaitedElsewhere);
  return {
    kind: 'stream',
    contentType: 'application/json',
    body: (async function* () {
      yield '';
      const { exitCode, error: failure } = await exit;
      // A client that waits for the removal gets the start's failure from the start request.
      const error = condition === 'removed' ? '' : failure;
      yield `${JSON.stringify({ StatusCode: exitCode, ...(error && { Error: { Message: error } }) })}\n`;
    })(),
  };
}
