import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import {
  Control,
  SolveRequestSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { callStreaming, callUnary, type Metadata } from '../grpc/client.ts';
import { Jobs } from '../jobs/jobs.ts';
import { Sessions } from '../session/sessions.ts';
import { serve } from '../testing/test-client.ts';
import { type ControlParts, controlMethods } from './control.ts';
import { PostedBuilds } from './posted-build.ts';

const { signal } = new AbortController();
const { method } = Control;

test('a session without an ID, or with one that is in use, is refused and harms nobody', async () => {
  const sessions = new Sessions();
  const parts: Partial<ControlParts> = { sessions, hostGateway: () => '' };
  await using server = await serve(controlMethods(parts as ControlParts));
  const open = (metadata: Metadata) =>
    callStreaming(server.session, method.session, metadata, signal);
  const end = async (metadata: Metadata) => {
    for await (const _ of open(metadata).answers);
  };
  await expect(end({})).rejects.toThrow('session ID is required');
  const id = { 'x-docker-expose-session-uuid': 'me' };
  open(id);
  await expect.poll(() => sessions.get('me')).toBeDefined();
  await expect(end(id)).rejects.toThrow('session me already exists');
  expect(sessions.get('me')).toBeDefined();
  const info = await callUnary(server.session, method.info, {}, signal);
  expect(info.buildkitVersion).toBeDefined();
});

test('a running build of any client can be cancelled by its reference', async () => {
  const jobs = new Jobs();
  const posted = new PostedBuilds({ jobs } as unknown as ControlParts);
  const job = jobs.begin(create(SolveRequestSchema, { Ref: 'ref' }), signal);
  posted.cancel('other');
  expect(job.signal.aborted).toBe(false);
  posted.cancel('ref');
  expect(job.signal.aborted).toBe(true);
  await expect(job.returned()).rejects.toThrow('context canceled');
});
