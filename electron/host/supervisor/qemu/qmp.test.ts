import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { connectQmp } from './qmp.ts';

/** What `info usernet` prints. */
const usernet =
  'Hub -1 (net):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n' +
  '  TCP[HOST_FORWARD]   8       127.0.0.1 41625       10.0.2.15    22     0     0\r\n';

/** A monitor that greets and answers each command by `reply`. */
async function serve(reply: (command: string, socket: Socket) => object | undefined) {
  const path = testSocket(await temporaryDirectory(), 'qmp');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
    createInterface({ input: socket }).on('line', (line) => {
      const { execute, id } = JSON.parse(line);
      const answer = reply(execute, socket);
      if (answer) socket.write(`${JSON.stringify({ ...answer, id })}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { path };
}

test('commands are answered, each with its own reply, between events', async () => {
  const endpoint = await serve((command, socket) => {
    socket.write('{"event": "RESUME", "timestamp": {}}\r\nnot JSON\r\n');
    return { return: command === 'human-monitor-command' ? usernet : {} };
  });
  const qmp = await connectQmp(connect(endpoint));
  expect(await Promise.all([qmp.sshPort(), qmp.quit()])).toEqual([41625, undefined]);
});

test('a refusal carries QEMU’s words', async () => {
  const endpoint = await serve((command) =>
    command === 'quit'
      ? { error: { class: 'GenericError', desc: 'Command not allowed' } }
      : { return: {} },
  );
  const qmp = await connectQmp(connect(endpoint));
  await expect(qmp.quit()).rejects.toThrow('Command not allowed');
});

test('the end of QEMU fails what is under way, and tells why it ended', async () => {
  const endpoint = await serve((command, socket) => {
    if (command === 'qmp_capabilities') return { return: {} };
    socket.end('{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}}\r\n');
    return undefined;
  });
  const qmp = await connectQmp(connect(endpoint));
  await expect(qmp.sshPort()).rejects.toMatchObject({ code: 'connection' });
  expect(await qmp.closed).toEqual({ guest: true, reason: 'guest-shutdown' });
  await expect(qmp.quit()).rejects.toMatchObject({ code: 'connection' });
});

test('a monitor that is silent, or not there, is given up', async () => {
  const endpoint = await serve(() => undefined);
  await expect(connectQmp(connect(endpoint), 100)).rejects.toMatchObject({ code: 'timeout' });
  await expect(connectQmp(connect({ path: `${endpoint.path}.no` }))).rejects.toMatchObject({
    code: 'connection',
  });
});

test('a command that QEMU does not answer is given up', async () => {
  const endpoint = await serve((command) =>
    command === 'qmp_capabilities' ? { return: {} } : undefined,
  );
  const qmp = await connectQmp(connect(endpoint), 5_000, 100);
  await expect(qmp.execute('stop')).rejects.toMatchObject({
    ...{ code: 'timeout', message: expect.stringContaining('stop') },
  });
});
