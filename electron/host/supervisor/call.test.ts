import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { MachineStatus } from '../../api/machine.ts';
import { runningStatus } from '../machine/testing/running-status.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { callSupervisor, type SupervisorPatience } from './call.ts';
import { decode, encode, type Request, requestSchema } from './protocol.ts';

const hurry: SupervisorPatience = { answerMs: 100, askMs: 40, tellMs: 10, giveUpMs: 150 };

/** A supervisor that answers as it is told. */
async function supervisor(answer: (request: Request, socket: Socket) => void): Promise<string> {
  const path = join(await temporaryDirectory(), 'control.sock');
  const server = createServer(async (socket) => {
    socket.on('error', () => {});
    for await (const request of decode(socket, requestSchema)) answer(request, socket);
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path;
}

async function call(path: string, request: Request, signal?: AbortSignal) {
  const statuses: MachineStatus[] = [];
  for await (const reply of callSupervisor(path, request, signal, hurry)) {
    if (reply.reply === 'status') statuses.push(reply.status);
  }
  return statuses;
}

const status = encode({ reply: 'status', status: runningStatus });

for (const name of ['status', 'watch', 'address', 'start', 'stop', 'kill', 'ports'] as const) {
  test(`a supervisor that hangs is given up: ${name}`, async () => {
    const path = await supervisor(() => {});
    await expect(call(path, { call: name })).rejects.toMatchObject({
      ...{ code: 'timeout', hint: expect.stringContaining('`berth doctor`') },
    });
  });
}

test('a start may take long while the supervisor answers others', async () => {
  const path = await supervisor(({ call }, socket) => {
    if (call === 'status') socket.end(status + encode({ reply: 'done' }));
    else setTimeout(() => socket.end(status + encode({ reply: 'done' })), 600);
  });
  expect(await call(path, { call: 'start' })).toEqual([runningStatus]);
});

test('whoever watches waits for as long as nothing changes', async () => {
  const path = await supervisor((_, socket) => {
    socket.write(status);
    setTimeout(() => socket.end(status + encode({ reply: 'done' })), 400);
  });
  expect(await call(path, { call: 'watch' })).toHaveLength(2);
});

test('a caller that leaves is told that it was cancelled', async () => {
  const path = await supervisor(() => {});
  const leaving = new AbortController();
  const calling = call(path, { call: 'start' }, leaving.signal);
  leaving.abort();
  await expect(calling).rejects.toMatchObject({ code: 'cancelled' });
});
