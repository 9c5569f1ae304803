import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { SSH } from '../generated/github.com/moby/buildkit/session/sshforward/ssh_pb.js';
import { unary } from '../grpc/server.ts';
import { serve } from '../testing/test-client.ts';
import { forwardAgent } from './agent.ts';
import type { ClientSession } from './client-session.ts';

test('the socket of the client’s SSH agent has the owner and the mode of its mount', async () => {
  await using directory = await temporaryDirectory();
  await using client = await serve([unary(SSH.method.checkAgent, async () => ({}))]);
  const session = { http2: client.session, has: () => true } as unknown as ClientSession;
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const { signal } = new AbortController();
  const access = { uid, gid, mode: 0o666 };
  const agent = await forwardAgent(session, 'default', directory.path, access, signal);
  const found = await stat(agent?.path ?? '');
  expect([found.uid, found.gid, found.mode & 0o777]).toEqual([uid, gid, 0o666]);
  await agent?.[Symbol.asyncDispose]();
  expect(await stat(agent?.path ?? '').catch(() => 'gone')).toBe('gone');
});
