import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { create, fromBinary } from '@bufbuild/protobuf';
import { expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../store/digest.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import {
  BuildHistoryRequestSchema,
  SolveRequestSchema,
  StatusResponseSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { Job } from '../jobs/job.ts';
import { toGrpcError } from './errors.ts';
import { BuildHistory } from './history.ts';
import { runningRecord } from './history-record.ts';

const { signal } = new AbortController();

async function directory(): Promise<string> {
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  return temporary.path;
}

const opened = (path: string, kept?: { builds: number; bytes: number }) =>
  new BuildHistory(path, () => {}, kept);

function begun(history: BuildHistory, Ref: string, Internal = false): Job {
  const FrontendAttrs = { filename: 'Dockerfile' };
  const job = new Job(create(SolveRequestSchema, { Ref, FrontendAttrs, Internal }), signal);
  history.begin(job);
  return job;
}

/** A build with a step that writes bytes which don't compress. */
function build(history: BuildHistory, ref: string, bytes = 10, error?: GrpcError): void {
  const job = begun(history, ref);
  const vertex = job.vertex(`[1/1] RUN ${ref}`);
  vertex.output('stdout', crypto.getRandomValues(Buffer.alloc(bytes)));
  vertex.complete();
  job.end();
  history.finish(job, { 'containerimage.digest': `sha256:${ref}` }, error);
}

async function listed(history: BuildHistory, request: object = {}): Promise<string[]> {
  const found: string[] = [];
  const message = create(BuildHistoryRequestSchema, { EarlyExit: true, ...request });
  for await (const { type, record } of history.listen(message, signal)) {
    found.push(`${type} ${record?.Ref}`);
  }
  return found;
}

async function steps(history: BuildHistory, ref: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { vertexes = [], logs = [] } of history.status(ref)) {
    for (const { name, completed } of vertexes) if (completed) found.push(name);
    for (const { msg } of logs) found.push(msg?.length);
  }
  return found;
}

test('past builds survive a restart of the engine, with their output', async () => {
  const path = await directory();
  const before = opened(path);
  build(before, 'a');
  build(before, 'b', 20, new GrpcError(grpcCode.unknown, 'no such file'));
  await before.written();
  const history = opened(path);
  expect(await listed(history)).toEqual(['1 b', '1 a']);
  expect(await steps(history, 'b')).toEqual([20, '[1/1] RUN b']);
  expect(await listed(history, { Filter: ['status==error'] })).toEqual(['1 b']);
  expect(await listed(history, { Ref: 'a' })).toEqual(['1 a']);
  expect(await listed(history, { Limit: 1 })).toEqual(['1 b']);
  const request = create(BuildHistoryRequestSchema, { Ref: 'b', EarlyExit: true });
  for await (const { record } of history.listen(request, signal)) {
    expect(record).toMatchObject({
      ...{ FrontendAttrs: { filename: 'Dockerfile' }, numTotalSteps: 1, numCompletedSteps: 1 },
      ...{ error: { message: 'no such file' } },
    });
  }
});

test('a record that was cut off costs only itself', async () => {
  const path = await directory();
  const before = opened(path);
  build(before, 'a');
  build(before, 'b');
  await before.written();
  const [first = ''] = (await readdir(path)).filter((name) => name.endsWith('.record'));
  await writeFile(join(path, first), Buffer.from([0x0a, 0x7f]));
  await writeFile(join(path, 'x.record.0123.tmp'), 'half');
  expect(await listed(opened(path))).toHaveLength(1);
  expect((await readdir(path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('the oldest builds go first, by number and by bytes, and pinned builds stay', async () => {
  const path = await directory();
  const history = opened(path, { builds: 3, bytes: 5000 });
  for (const ref of ['a', 'b', 'c']) build(history, ref);
  await history.update('a', { Pinned: true, Delete: false });
  for (const ref of ['d', 'e']) build(history, ref);
  await history.written();
  expect(await listed(history)).toEqual(['1 e', '1 d', '1 c', '1 a']);
  build(history, 'large', 6000);
  await history.written();
  expect(await listed(opened(path))).toEqual(['1 large', '1 a']);
});

test('clients learn of running builds, and of what happens to builds', async () => {
  const history = opened(await directory());
  const stop = new AbortController();
  const request = create(BuildHistoryRequestSchema, {});
  const running = begun(history, 'running');
  begun(history, 'internal', true);
  const events = history.listen(request, stop.signal);
  const next = async () => {
    const { value } = await events.next();
    return value && `${value.type} ${value.record?.Ref}`;
  };
  expect(await next()).toBe('0 running');
  const second = next();
  build(history, 'b');
  expect([await second, await next()]).toEqual(['0 b', '1 b']);
  running.end();
  history.finish(running, {}, undefined);
  await history.update('b', { Pinned: false, Delete: true });
  expect([await next(), await next()]).toEqual(['1 running', '2 b']);
  const last = next();
  stop.abort();
  expect(await last).toBeUndefined();
  expect(await listed(history, { ActiveOnly: true })).toEqual([]);
  await expect(history.update('b', { Pinned: false, Delete: true })).rejects.toThrow(
    'lease "ref_b": not found',
  );
});

test('the records of builds have no credentials of addresses', async () => {
  const path = await directory();
  const history = opened(path);
  const FrontendAttrs = {
    context: 'https://me:s3cret@host/a.git#main',
    'context:other': 'https://s3cret@host/b.git',
    'vcs:source': 'https://me:s3cret@host/a.git',
  };
  const job = new Job(create(SolveRequestSchema, { Ref: 'a', FrontendAttrs }), signal);
  history.begin(job);
  const vertex = job.vertex('[1/1] ADD https://me:s3cret@host/file /');
  vertex.fail("can't get https://me:s3cret@host/file");
  job.end();
  history.finish(job, {}, toGrpcError(new Error("can't get https://me:s3cret@host/file")));
  await history.written();
  const shown = [];
  const request = create(BuildHistoryRequestSchema, { EarlyExit: true });
  for await (const { record } of opened(path).listen(request, signal)) shown.push(record);
  for await (const event of history.status('a')) shown.push(event);
  expect(inspect(shown, { depth: 9 })).toContain('https://xxxxx:xxxxx@host/a.git#main');
  expect(inspect(shown, { depth: 9 })).not.toContain('s3cret');
});

async function events<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const event of stream) found.push(event);
  return found;
}

const read = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

test('documents about past builds survive a restart of the engine', async () => {
  const path = await directory();
  const before = opened(path);
  const job = begun(before, 'a');
  job.documents.addOutput(0, { mediaType: 'index', bytes: Buffer.from('of an index') }, [
    Buffer.from('of a manifest'),
  ]);
  job.documents.addAttestations('linux/amd64', [
    { mediaType: 'json', type: 'provenance', bytes: Buffer.from('how it was built') },
  ]);
  job.vertex('[1/1] RUN a').complete();
  job.end();
  before.finish(job, {}, undefined);
  await before.written();
  const history = opened(path);
  const request = create(BuildHistoryRequestSchema, { Ref: 'a', EarlyExit: true });
  const [event] = await events(history.listen(request, signal));
  const { Attestations: [attestation] = [], Results = {} } = event?.record?.Result ?? {};
  expect(attestation?.annotations).toEqual({ 'in-toto.io/predicate-type': 'provenance' });
  expect(read(await history.document(attestation?.digest ?? ''))).toBe('how it was built');
  expect(read(await history.document(Results[0]?.digest ?? ''))).toBe('of an index');
  expect(read(await history.document(sha256(Buffer.from('of a manifest'))))).toBe('of a manifest');
  // The log in BuildKit's form, which `docker buildx history export` takes: messages after their lengths.
  const log = await history.document(event?.record?.logs?.digest ?? '');
  expect(log?.length).toBe(Number(event?.record?.logs?.size));
  const first = fromBinary(
    StatusResponseSchema,
    log?.subarray(4, 4 + log.readUInt32BE()) ?? Buffer.of(),
  );
  expect(first.vertexes[0]?.name).toBe('[1/1] RUN a');
  await history.update('a', { Pinned: false, Delete: true });
  expect(await history.document(attestation?.digest ?? '')).toBeUndefined();
  expect(await readdir(path)).toEqual([]);
});

test('several platforms have attestations of their own', async () => {
  const history = opened(await directory());
  const job = begun(history, 'a');
  job.documents.addOutput(0, { mediaType: 'index', bytes: Buffer.from('of an index') });
  for (const platform of ['linux/amd64', 'linux/arm64']) {
    const bytes = Buffer.from(platform);
    job.documents.addAttestations(platform, [{ mediaType: 'json', type: 'provenance', bytes }]);
  }
  job.end();
  history.finish(job, {}, undefined);
  const request = create(BuildHistoryRequestSchema, { Ref: 'a', EarlyExit: true });
  const [event] = await events(history.listen(request, signal));
  const { Result, Results = {} } = event?.record ?? {};
  expect(Result?.Attestations).toEqual([]);
  expect(Object.keys(Result?.Results ?? {})).toEqual(['0']);
  expect(Object.keys(Results)).toEqual(['linux/amd64', 'linux/arm64']);
});

test('a log that a crash left without its record is removed', async () => {
  const path = await directory();
  await writeFile(join(path, 'x.log'), 'half');
  expect(await listed(opened(path))).toEqual([]);
  expect(await readdir(path)).toEqual([]);
});

test('the history has no keys and tokens of caches that a build asked for', () => {
  const Attrs = {
    bucket: 'b',
    access_key_id: 'AKIA',
    secret_access_key: 's"3',
    session_token: 't',
  };
  const caches = JSON.stringify([
    { Type: 's3', Attrs },
    { Type: 'registry', Attrs: { ref: 'hub/app' } },
  ]);
  const FrontendAttrs = { 'cache-imports': caches };
  const job = new Job(create(SolveRequestSchema, { Ref: 'a', FrontendAttrs }), signal);
  const kept = runningRecord(job).FrontendAttrs?.['cache-imports'] ?? '';
  expect(JSON.parse(kept)).toEqual([
    {
      Type: 's3',
      Attrs: {
        ...{ bucket: 'b', access_key_id: 'xxxxx' },
        ...{ secret_access_key: 'xxxxx', session_token: 'xxxxx' },
      },
    },
    { Type: 'registry', Attrs: { ref: 'hub/app' } },
  ]);
});
