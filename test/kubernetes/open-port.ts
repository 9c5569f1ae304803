import { createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { createEngineClient } from '../../electron/host/engine/connection/http-client.ts';
import { copyFrames } from '../../electron/host/engine/connection/stream-frames.ts';
import { createExec, startExec } from '../../electron/host/engine/exec.ts';

/**
 * Opens a port of this host that leads to a port of a container, as the background process of a VM
 * does for published ports. The engine without a VM publishes ports only in its own network. While the
 * container doesn't run, connections are reset.
 */
export async function openPort(
  engine: string,
  port: number,
  container: string,
  target: number,
): Promise<Server> {
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    connect(engine, client, container, target).catch(() => client.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

async function connect(engine: string, client: Socket, container: string, target: number) {
  const api = createEngineClient(engine);
  const exec = await createExec(api, container, {
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
    Cmd: ['nc', '127.0.0.1', String(target)],
  });
  const { socket } = await startExec(api, exec, { tty: false });
  client.pipe(socket);
  client.once('close', () => socket.destroy());
  const errors = new Writable({ write: (_chunk, _encoding, done) => done() });
  await copyFrames(socket, client, errors).finally(() => socket.destroy());
  client.resetAndDestroy();
}
