import { getEventListeners } from 'node:events';
import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { Jobs } from './jobs.ts';
import type { StatusLog } from './status-log.ts';

const { signal } = new AbortController();
const request = (Ref: string) => create(SolveRequestSchema, { Ref });

async function names(log: StatusLog): Promise<string[]> {
  const read: string[] = [];
  for await (const { vertexes = [] } of log.follow(signal)) {
    for (const { name = '', completed, cached, error } of vertexes) {
      const end = error ? ` ${error}` : cached ? ' cached' : ' done';
      read.push(name + (completed === undefined ? '' : end));
    }
  }
  return read;
}

test('a client that comes late reads the whole build, and its stream ends', async () => {
  const jobs = new Jobs();
  const job = jobs.begin(request('a'), signal);
  const early = names(job.status);
  await job.step('one', async () => {});
  job.vertex('two').complete({ cached: true });
  await expect(
    job.step('three', async () => {
      throw new Error('failed');
    }),
  ).rejects.toThrow('failed');
  jobs.end(job);
  const all = ['one', 'one done', 'two', 'two cached', 'three', 'three failed'];
  expect(await early).toEqual(all);
  expect(await names((await jobs.find('a', signal)).status)).toEqual(all);
  expect(job.stepCounts).toEqual({ numTotalSteps: 3, numCompletedSteps: 3, numCachedSteps: 1 });
});

test('a call about a build may come before the build', async () => {
  const jobs = new Jobs();
  const found = jobs.find('later', signal);
  const job = jobs.begin(request('later'), signal);
  expect(await found).toBe(job);
  expect(() => jobs.begin(request('later'), signal)).toThrow('job ID later exists');
});

test('the build has the result that the client returns, or its error', async () => {
  const jobs = new Jobs();
  const job = jobs.begin(request('r'), signal);
  const { id } = jobs.addResult(job, { image: undefined });
  job.return({ isMap: false, ids: [id] });
  expect(await job.returned()).toEqual({ isMap: false, results: [{ id, image: undefined }] });
  expect(jobs.result(id)).toBeDefined();
  jobs.end(job);
  expect(jobs.result(id)).toBeUndefined();
  const failed = jobs.begin(request('f'), signal);
  failed.fail(new GrpcError(grpcCode.unknown, 'no stage'));
  await expect(failed.returned()).rejects.toThrow('no stage');
});

test('a client that goes away ends its build', async () => {
  const cancel = new AbortController();
  const job = new Jobs().begin(request('c'), cancel.signal);
  const returned = job.returned();
  cancel.abort();
  await expect(returned).rejects.toThrow('context canceled');
});

test('a client that follows a long build leaves nothing behind after each event', async () => {
  const job = new Jobs().begin(request('l'), signal);
  const cancel = new AbortController();
  const events = job.status.follow(cancel.signal);
  for (let count = 0; count < 5; count++) {
    const next = events.next();
    job.vertex(`step ${count}`);
    await next;
  }
  const last = events.next();
  expect(getEventListeners(cancel.signal, 'abort')).toHaveLength(1);
  cancel.abort();
  expect((await last).done).toBe(true);
});

test('a job keeps what its results need until it ends, and takes nothing afterwards', () => {
  const job = new Jobs().begin(request('k'), signal);
  let held = 0;
  const hold = () => {
    held += 1;
    return {
      [Symbol.dispose]: () => {
        held -= 1;
      },
    };
  };
  job.keep(hold);
  expect(held).toBe(1);
  job.end();
  expect(held).toBe(0);
  expect(() => job.keep(hold)).toThrow('context canceled');
  expect(held).toBe(0);
});

test('the builds of a client that vanished end, and no others', async () => {
  const jobs = new Jobs();
  const begin = (Ref: string, Session: string) =>
    jobs.begin(create(SolveRequestSchema, { Ref, Session }), signal);
  const [its, other] = [begin('its', 'vanished'), begin('other', 'there')];
  jobs.abandon('vanished');
  await expect(its.returned()).rejects.toThrow('session healthcheck failed fatally');
  expect([its.signal.aborted, other.signal.aborted]).toEqual([true, false]);
});

test('output is clipped after 2 MiB', async () => {
  const job = new Jobs().begin(request('o'), signal);
  const vertex = job.vertex('RUN yes');
  for (let count = 0; count < 5; count++) vertex.output('stdout', Buffer.alloc(1 << 20, 'y'));
  job.status.end();
  let bytes = 0;
  let last = '';
  for await (const { logs = [] } of job.status.follow(signal)) {
    for (const { msg } of logs) {
      bytes += msg?.length ?? 0;
      last = Buffer.from(msg ?? [])
        .toString()
        .slice(-42);
    }
  }
  expect(bytes).toBeLessThan((2 << 20) + 100);
  expect(last).toContain('[output clipped, log limit 2MiB reached]');
});
