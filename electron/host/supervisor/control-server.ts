import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { MachineStatus, SupervisorProgram } from '../../api/machine.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { decode, encode, type Reply, type Request, requestSchema } from '../machine/protocol.ts';
import type { Lifecycle } from './lifecycle/lifecycle.ts';
import type { Machine } from './machine.ts';

const log = loggerOf('supervisor');

export interface ControlServer {
  /** The number of active calls, without watchers. */
  readonly pending: number;
  /** Cuts off starts from now on; callers repeat them with the next background process. */
  refuseStarts(): void;
  /** Ends the watchers, finishes active calls and removes the socket. */
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly lifecycle: Lifecycle;
  readonly machine: Machine;
  /** The program of this process, for clients of a newer version. */
  readonly program?: SupervisorProgram | undefined;
  /** Resolves when it is known whether the VM runs. Calls wait for that. Doesn't reject. */
  readonly ready: Promise<unknown>;
  /** Called when the last active call has ended. */
  readonly onIdle: () => void;
  /** Called when the VM belongs to the next background process. */
  readonly onHandedOver: () => void;
}

/** How long callers may take to disconnect when the background process exits. */
const closeGraceMs = 500;

/** Serves the control socket, owner-only. */
export async function serveControl(path: string, options: ControlOptions): Promise<ControlServer> {
  const { lifecycle, machine, program, ready, onIdle, onHandedOver } = options;
  const watchers = new Set<Socket>();
  let pending = 0;
  let refusing = false;
  /** Whether the VM was handed over, while and after that happens. Doesn't reject. */
  let leaving: Promise<boolean> | undefined;
  // One connection per call.
  lifecycle.events.setMaxListeners(0);

  const answer = async (request: Request, socket: Socket): Promise<void> => {
    const send = (reply: Reply) => socket.writable && socket.write(encode(reply));
    const sendStatus = (status: MachineStatus) =>
      send({ reply: 'status', status: { ...status, ...(program && { program }) } });
    const withStatuses = async (action: () => Promise<unknown>) => {
      lifecycle.events.on('status', sendStatus);
      await action().finally(() => lifecycle.events.off('status', sendStatus));
    };
    switch (request.call) {
      case 'status':
        sendStatus(lifecycle.status);
        break;
      case 'watch':
        watchers.add(socket);
        sendStatus(lifecycle.status);
        await withStatuses(() => once(socket, 'close'));
        watchers.delete(socket);
        return;
      case 'start':
        await withStatuses(() => lifecycle.start());
        sendStatus(lifecycle.status);
        break;
      case 'stop':
        await withStatuses(() => lifecycle.stop());
        break;
      case 'leave':
        await withStatuses(() => lifecycle.leave());
        break;
      case 'suspend':
        await withStatuses(() => lifecycle.suspend());
        break;
      case 'kill':
        await lifecycle.kill();
        break;
      case 'handOver':
        if (request.from && program && !isDeepStrictEqual(request.from, program)) break;
        await handOver();
        break;
      case 'address':
        send({ reply: 'address', ...(await machine.address()) });
        return;
      case 'exec':
        send({ reply: 'output', ...(await lifecycle.inGuest(request.command)) });
        return;
      case 'ports':
        send({ reply: 'ports', ports: await lifecycle.publishedPorts() });
        return;
    }
    send({ reply: 'done' });
  };

  /** Calls that arrive meanwhile wait. Afterwards, they are for the next process. */
  const handOver = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    leaving = promise;
    let isHandedOver = false;
    try {
      await lifecycle.handOver();
      isHandedOver = true;
    } finally {
      if (!isHandedOver) leaving = undefined;
      resolve(isHandedOver);
    }
    onHandedOver();
  };

  const isForNextProcess = async ({ call }: Request): Promise<boolean> =>
    (await leaving) === true || (refusing && call === 'start');

  const serve = async (socket: Socket): Promise<void> => {
    for await (const request of decode(socket, requestSchema)) {
      const counted = request.call !== 'watch';
      if (counted) pending++;
      try {
        await ready;
        if (await isForNextProcess(request)) socket.destroy();
        else await answer(request, socket);
      } catch (error) {
        log.debug(`Answering ${request.call}`, error);
        if (socket.writable) socket.write(encode(failureOf(error)));
      } finally {
        socket.end();
        if (counted && --pending === 0) onIdle();
      }
      return;
    }
    socket.destroy();
  };

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket).catch((error) => {
      log.warn('Serving a caller', error);
      socket.destroy();
    });
  });
  if (process.platform !== 'win32') await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  if (process.platform !== 'win32') await chmod(path, 0o600);

  return {
    get pending() {
      return pending;
    },
    refuseStarts() {
      refusing = true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of watchers) socket.end(encode({ reply: 'done' }));
      // A caller that doesn't read would keep this process, and its lock, alive.
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, closeGraceMs);
      await closed;
      clearTimeout(grace);
    },
  };
}

function failureOf(error: unknown): Reply {
  if (!(error instanceof HostError)) {
    return { reply: 'failure', code: 'internal', message: String(error) };
  }
  const { message, hint, console } = error;
  const known = ['invalid', 'machine-failed', 'machine-not-running', 'cancelled'] as const;
  const code = known.find((each) => each === error.code) ?? 'internal';
  return {
    ...{ reply: 'failure', code, message },
    ...(hint && { hint }),
    ...(console.length > 0 && { console: [...console] }),
  };
}
