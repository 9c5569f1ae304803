import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testSocket } from '../../../guest-agent/testing/test-socket.ts';
import type { MachineStatus } from '../../api/machine.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { callSupervisor, type SupervisorCallOptions, type SupervisorPatience } from './call.ts';
import { decode, encode, type Request, requestSchema } from './protocol.ts';
import { runningStatus } from './testing/running-status.ts';

const hurry: SupervisorPatience = { answerMs: 600, askMs: 50, tellMs: 400, giveUpMs: 500 };

/** A background process that gives these answers. */
async function supervisor(answer: (request: Request, socket: Socket) => void): Promise<string> {
  const path = testSocket(await temporaryDirectory(), 'control');
  const serve = async (socket: Socket) => {
    for await (const request of decode(socket, requestSchema)) answer(request, socket);
  };
  const server = createServer((socket) => {
    // A caller that hangs up fails the socket and the loop that reads from it, as these tests want.
    socket.on('error', () => {});
    serve(socket).catch(() => socket.destroy());
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path;
}

async function call(path: string, request: Request, options: SupervisorCallOptions = {}) {
  const statuses: MachineStatus[] = [];
  for await (const reply of callSupervisor(path, request, { ...options, patience: hurry })) {
    if (reply.reply === 'status') statuses.push(reply.status);
  }
  return statuses;
}

const status = encode({ reply: 'status', status: runningStatus });

for (const name of ['status', 'watch', 'address', 'start', 'stop', 'kill', 'ports'] as const) {
  test(`a supervisor that hangs is given up: ${name}`, async () => {
    const path = await supervisor(() => {});
    const onSilent = vi.fn();
    await expect(call(path, { call: name }, { onSilent })).rejects.toMatchObject({
      ...{ code: 'timeout', hint: expect.stringContaining('`berth doctor`') },
    });
    expect(onSilent).toHaveBeenCalled();
  });
}

test('a start may take long while the supervisor answers others', async () => {
  const path = await supervisor(({ call }, socket) => {
    if (call === 'status') socket.end(status + encode({ reply: 'done' }));
    else setTimeout(() => socket.end(status + encode({ reply: 'done' })), 1200);
  });
  const onSilent = vi.fn();
  expect(await call(path, { call: 'start' }, { onSilent })).toEqual([runningStatus]);
  expect(onSilent).not.toHaveBeenCalled();
});

test('a watcher waits for as long as nothing changes', async () => {
  const path = await supervisor((_, socket) => {
    socket.write(status);
    setTimeout(() => socket.end(status + encode({ reply: 'done' })), 900);
  });
  expect(await call(path, { call: 'watch' })).toHaveLength(2);
});

test('a caller that disconnects gets "cancelled"', async () => {
  const path = await supervisor(() => {});
  const leaving = new AbortController();
  const calling = call(path, { call: 'start' }, { signal: leaving.signal });
  leaving.abort();
  await expect(calling).rejects.toMatchObject({ code: 'cancelled' });
});
