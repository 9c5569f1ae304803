import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { Job } from '../jobs/job.ts';
import { BuildHistory } from './history.ts';

const { signal } = new AbortController();

/** A build with this many steps, each with the most output that a step can have. */
function build(Ref: string, steps: number): Job {
  const job = new Job(create(SolveRequestSchema, { Ref }), signal);
  for (let count = 0; count < steps; count++) {
    const vertex = job.vertex(`step ${count}`);
    vertex.output('stdout', Buffer.alloc(2 << 20));
    vertex.complete();
  }
  job.end();
  return job;
}

async function read(job: Job | undefined): Promise<[steps: number, bytes: number]> {
  const steps = new Set<unknown>();
  let bytes = 0;
  for await (const { vertexes = [], logs = [] } of job?.status.follow(signal) ?? []) {
    for (const { digest } of vertexes) steps.add(digest);
    for (const { msg } of logs) bytes += msg?.length ?? 0;
  }
  return [steps.size, bytes];
}

test('past builds keep 32 MiB of output in all, and the latest build all of its own', async () => {
  const history = new BuildHistory();
  history.add(build('old', 8), {}, undefined);
  history.add(build('newer', 8), {}, undefined);
  expect(await read(history.job('old'))).toEqual([8, 16 << 20]);
  history.add(build('latest', 20), {}, undefined);
  expect(await read(history.job('old'))).toEqual([8, 0]);
  expect(await read(history.job('newer'))).toEqual([8, 0]);
  expect(await read(history.job('latest'))).toEqual([20, 40 << 20]);
  expect(history.list('', 0)).toHaveLength(3);
});
