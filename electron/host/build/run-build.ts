import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BuildEvent, BuildRequest, BuildSummary } from '../../api/builds.ts';
import { HostError, reasonOf } from '../base/errors.ts';
import { buildWithBuildkit } from '../buildkit/build.ts';
import { readRecord } from '../buildkit/build-history.ts';
import { openSources } from '../buildkit/sources.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { dockerfilePath } from './folder.ts';
import { openSteps } from './follow-build.ts';
import { buildSummary } from './summary.ts';

export interface BuildHost {
  readonly engine: EngineClient;
  readonly credentials: CredentialStore;
}

/**
 * Builds an image and tells of its steps. The engine keeps the build in its history. A build that
 * fails doesn't reject: the last event has the failure.
 */
export async function runBuild(
  host: BuildHost,
  request: BuildRequest,
  emit: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { engine } = host;
  const id = randomBytes(12).toString('hex');
  const begun: BuildSummary = {
    ...{ id, request, name: request.tag || request.directory },
    ...{ startedAt: new Date().toISOString(), result: 'running', warnings: 0 },
    steps: { total: 0, cached: 0 },
  };
  emit({ type: 'begun', build: begun });
  try {
    const steps = await openSteps(engine, request, id, emit, signal);
    await build(host, request, id, steps, signal);
  } catch (error) {
    emit({ type: 'ended', build: await failed(engine, begun, error, signal) });
    return;
  }
  const record = await readRecord(engine, id, signal);
  const ended =
    record === undefined ? { ...begun, result: 'built' as const } : buildSummary(record);
  emit({ type: 'ended', build: ended });
}

async function build(
  host: BuildHost,
  request: BuildRequest,
  id: string,
  steps: Awaited<ReturnType<typeof openSteps>>,
  signal: AbortSignal,
): Promise<void> {
  const { directory, dockerfile, tag, args, target, platform, noCache, pull } = request;
  await using sources = await openSources({
    context: directory,
    // Otherwise the folder's own Dockerfile.
    dockerfile: dockerfile ? dockerfilePath(directory, dockerfile) : undefined,
    stdin: Readable.from([]),
  });
  await buildWithBuildkit(
    host,
    sources,
    {
      ...{ args, target, noCache, pull },
      ...(platform && { platforms: [platform] }),
      exporters: [{ Type: 'moby', Attrs: tag ? { name: tag } : {} }],
    },
    (status) => steps.apply(status),
    signal,
    id,
  );
}

/** The engine's own record if the build began there, with the place of the failure. */
async function failed(
  engine: EngineClient,
  begun: BuildSummary,
  error: unknown,
  signal: AbortSignal,
): Promise<BuildSummary> {
  const isCancelled = signal.aborted || (error instanceof HostError && error.code === 'cancelled');
  const milliseconds = Date.now() - Date.parse(begun.startedAt);
  if (isCancelled) return { ...begun, milliseconds, result: 'cancelled' };
  const isFromEngine = error instanceof HostError && error.code === 'engine';
  const record = isFromEngine ? await readRecord(engine, begun.id, signal) : undefined;
  if (record?.CompletedAt !== undefined) return buildSummary(record);
  return { ...begun, milliseconds, result: 'failed', failure: { message: reasonOf(error) } };
}
