import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { Readable } from 'node:stream';
import type { BuildEvent, BuildRecord, BuildRequest } from '../../api/builds.ts';
import { reasonOf } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { registryConfig } from '../credentials/registry-auth.ts';
import type { CredentialStore } from '../credentials/store.ts';
import { buildImage } from '../engine/build.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { BuildSteps } from './build-steps.ts';
import { openBuildContext } from './context.ts';
import { readInstructions } from './dockerfile.ts';
import type { BuildHistory } from './history.ts';

const log = loggerOf('build');

export interface BuildHost {
  readonly engine: EngineClient;
  readonly credentials: CredentialStore;
  readonly builds: BuildHistory;
}

/**
 * Builds an image, emits its steps, and records the result in the history, whether the build
 * succeeded, failed or was cancelled.
 */
export async function runBuild(
  host: BuildHost,
  request: BuildRequest,
  emit: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const started = new Date();
  const steps = new BuildSteps(readInstructions(await dockerfileText(request)), emit);
  let failure: string | undefined;
  try {
    await build(host, request, steps, signal);
    failure = steps.failure;
  } catch (error) {
    failure = reasonOf(error);
  }
  steps.finish(failure === undefined ? 'done' : 'failed');
  const record: BuildRecord = {
    id: `${started.toISOString().replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`,
    request,
    startedAt: started.toISOString(),
    milliseconds: Date.now() - started.getTime(),
    result: signal.aborted ? 'cancelled' : failure === undefined ? 'built' : 'failed',
    ...(steps.imageId !== undefined && failure === undefined && { imageId: steps.imageId }),
    ...(failure !== undefined && !signal.aborted && { failure: located(failure, steps) }),
    steps: steps.steps,
  };
  await host.builds.add(record);
  const { steps: _, ...summary } = record;
  emit({ type: 'ended', record: summary });
}

async function build(
  { engine, credentials }: BuildHost,
  request: BuildRequest,
  steps: BuildSteps,
  signal: AbortSignal,
): Promise<void> {
  const { directory, tag, args, target, platform, noCache, pull } = request;
  const context = await openBuildContext(directory, dockerfilePath(request), Readable.from([]));
  const query = {
    ...(tag && { t: [tag] }),
    ...(args && { buildargs: args }),
    ...{ target: target || undefined, platform: platform || undefined },
    ...{ nocache: noCache, pull, rm: true },
  };
  const auth = await registryConfig(credentials);
  for await (const message of buildImage(engine, context, query, auth, signal)) {
    steps.add(message);
  }
}

/**
 * The line of a syntax error if the Dockerfile didn't parse; otherwise the line of the failed step.
 */
function located(message: string, { steps }: BuildSteps) {
  const said = /(?:parse error on|dockerfile) line (\d+)/i.exec(message)?.[1];
  const line = said === undefined ? steps.at(-1)?.line : Number(said);
  return { message, ...(line === undefined ? {} : { line }) };
}

/** Undefined for the folder's own Dockerfile. */
function dockerfilePath({ directory, dockerfile }: BuildRequest): string | undefined {
  if (!dockerfile) return undefined;
  return isAbsolute(dockerfile) ? dockerfile : join(directory, dockerfile);
}

/** Needed only for display: the build itself reports a Dockerfile that can't be read. */
async function dockerfileText(request: BuildRequest): Promise<string> {
  const path = dockerfilePath(request) ?? join(request.directory, 'Dockerfile');
  return (await log.attempt('Reading the Dockerfile', readFile(path, 'utf8'))) ?? '';
}
