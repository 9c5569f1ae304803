import { readFile } from 'node:fs/promises';
import type { BuildEvent, BuildRequest } from '../../api/builds.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { followStatus, listHistory, readRecord } from '../buildkit/build-history.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { BuildSteps } from './build-steps.ts';
import { CacheMisses, type StepsBefore } from './cache-miss.ts';
import { readInstructions } from './dockerfile.ts';
import { dockerfilePath } from './folder.ts';
import { stepPlace } from './step-place.ts';
import { buildSummary } from './summary.ts';

const log = loggerOf('build');

/**
 * Tells the whole build until now, and what happens until it ends. Rejects with HostError 'invalid'
 * if the engine doesn't know the build.
 */
export async function followBuild(
  engine: EngineClient,
  id: string,
  emit: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const record = await readRecord(engine, id, signal);
  if (record === undefined) throw new HostError('invalid', `No such build: ${id}`);
  const build = buildSummary(record);
  emit({ type: 'begun', build });
  const steps = await openSteps(engine, build.request, id, emit, signal);
  for await (const status of followStatus(engine, id, signal)) steps.apply(status);
  const ended = await readRecord(engine, id, signal);
  if (ended !== undefined) emit({ type: 'ended', build: buildSummary(ended) });
}

/** The steps of a build, compared with those of the last build of the same folder. */
export async function openSteps(
  engine: EngineClient,
  request: BuildRequest | undefined,
  id: string,
  emit: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<BuildSteps> {
  const before = request && (await stepsBefore(engine, request, id, signal));
  const text = request === undefined ? '' : await dockerfileText(request);
  const misses = new CacheMisses(request?.noCache ?? false, before);
  return new BuildSteps(readInstructions(text), misses, emit);
}

/** The steps of the last build of the same Dockerfile that ended before. */
async function stepsBefore(
  engine: EngineClient,
  request: BuildRequest,
  id: string,
  signal: AbortSignal,
): Promise<StepsBefore | undefined> {
  const builds = (await listHistory(engine, signal)).map(buildSummary);
  // A build that begins now isn't in the list.
  const earlier = builds.slice(builds.findIndex((build) => build.id === id) + 1);
  const last = earlier.find(
    (build) =>
      build.request?.directory === request.directory &&
      build.request.dockerfile === request.dockerfile &&
      build.result !== 'running',
  );
  if (last === undefined) return undefined;
  const names = new Map<string, 'done' | 'failed'>();
  for await (const { vertexes } of followStatus(engine, last.id, signal)) {
    for (const { name, completed, error } of vertexes) {
      if (completed && stepPlace(name)) names.set(name, error === '' ? 'done' : 'failed');
    }
  }
  return names;
}

/** Needed only for display: the build itself reports a Dockerfile that can't be read. */
async function dockerfileText({ directory, dockerfile = 'Dockerfile' }: BuildRequest) {
  const path = dockerfilePath(directory, dockerfile);
  return (await log.attempt('Reading the Dockerfile', readFile(path, 'utf8'))) ?? '';
}
