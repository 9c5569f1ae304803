import type { Timestamp } from '@bufbuild/protobuf/wkt';
import {
  type BuildHistoryEvent,
  BuildHistoryEventType,
  type BuildHistoryRecord,
  Control,
  type StatusResponse,
} from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { answersTo, callUnary } from '../../../guest-agent/buildkit/grpc/client.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { connectBuildkit, toHostError } from './connection.ts';

export type { BuildHistoryRecord };

const { method } = Control;

/** The running and past builds of all clients, newest first: now, and after each change. */
export async function* watchHistory(
  engine: EngineClient,
  signal: AbortSignal,
): AsyncGenerator<readonly BuildHistoryRecord[]> {
  // The engine doesn't say where the present ends and the future begins.
  const records = await present(engine, signal);
  yield sorted(records);
  for await (const { type, record } of events(engine, { EarlyExit: false }, signal)) {
    if (record === undefined) continue;
    if (type === BuildHistoryEventType.DELETED) records.delete(record.Ref);
    else if (isSame(records.get(record.Ref), record)) continue;
    else records.set(record.Ref, record);
    yield sorted(records);
  }
}

/** The running and past builds of all clients, newest first. */
export async function listHistory(
  engine: EngineClient,
  signal: AbortSignal,
): Promise<readonly BuildHistoryRecord[]> {
  return sorted(await present(engine, signal));
}

async function present(
  engine: EngineClient,
  signal: AbortSignal,
): Promise<Map<string, BuildHistoryRecord>> {
  const records = new Map<string, BuildHistoryRecord>();
  for await (const { record } of events(engine, { EarlyExit: true }, signal)) {
    if (record !== undefined) records.set(record.Ref, record);
  }
  return records;
}

/** A running or past build. */
export async function readRecord(
  engine: EngineClient,
  ref: string,
  signal: AbortSignal,
): Promise<BuildHistoryRecord | undefined> {
  for await (const { record } of events(engine, { EarlyExit: true, Ref: ref }, signal)) {
    if (record?.Ref === ref) return record;
  }
  return undefined;
}

/** What clients saw of a build, and what they see until it ends. */
export async function* followStatus(
  engine: EngineClient,
  ref: string,
  signal: AbortSignal,
): AsyncGenerator<StatusResponse> {
  try {
    using connection = await connectBuildkit(engine, signal);
    yield* answersTo(connection.http2, method.status, { Ref: ref }, signal);
  } catch (error) {
    throw toHostError(error);
  }
}

export async function forgetBuild(
  engine: EngineClient,
  ref: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    using connection = await connectBuildkit(engine, signal);
    const request = { Ref: ref, Delete: true };
    await callUnary(connection.http2, method.updateBuildHistory, request, signal);
  } catch (error) {
    throw toHostError(error);
  }
}

async function* events(
  engine: EngineClient,
  request: { readonly EarlyExit: boolean; readonly Ref?: string },
  signal: AbortSignal,
): AsyncGenerator<BuildHistoryEvent> {
  try {
    using connection = await connectBuildkit(engine, signal);
    yield* answersTo(connection.http2, method.listenBuildHistory, request, signal);
  } catch (error) {
    if (signal.aborted) return;
    throw toHostError(error);
  }
}

function sorted(records: ReadonlyMap<string, BuildHistoryRecord>): BuildHistoryRecord[] {
  return [...records.values()].sort(
    (a, b) => (timeOf(b.CreatedAt) ?? 0) - (timeOf(a.CreatedAt) ?? 0),
  );
}

function isSame(known: BuildHistoryRecord | undefined, record: BuildHistoryRecord): boolean {
  return (
    known !== undefined &&
    known.pinned === record.pinned &&
    timeOf(known.CompletedAt) === timeOf(record.CompletedAt)
  );
}

/** Milliseconds since the epoch. */
export function timeOf(time: Timestamp | undefined): number | undefined {
  return time === undefined ? undefined : Number(time.seconds) * 1000 + time.nanos / 1e6;
}
