import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { TLSSocket } from 'node:tls';
import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { parseSshPort } from './usernet.ts';

const log = loggerOf('qemu');

/** QEMU's messages, one JSON object per line (QEMU's "QMP protocol specification"). */
const messageSchema = z.union([
  z.object({ QMP: z.object({}) }),
  z.object({ return: z.unknown(), id: z.number() }),
  z.object({ error: z.object({ class: z.string(), desc: z.string() }), id: z.number().optional() }),
  z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).optional() }),
]);

const shutdownSchema = z.object({ guest: z.boolean(), reason: z.string() });

/** QEMU's reason for its exit. */
export type Shutdown = z.infer<typeof shutdownSchema>;

/** The monitor of one QEMU, which serves one client at a time. */
export interface Qmp {
  /** Runs a command (QEMU's "QMP reference manual"); rejects with QEMU's own words. */
  execute(command: string, args?: object): Promise<unknown>;
  quit(): Promise<void>;
  /** Runs a command of the human monitor; returns its output. */
  human(line: string): Promise<string>;
  /** The loopback port that QEMU forwards to the VM's port 22. */
  sshPort(): Promise<number>;
  /** `stop`: the VM's processors are paused, for any reason. */
  readonly events: EventEmitter<{ stop: [] }>;
  /**
   * Resolves when the connection closes, which means that QEMU has exited. Returns QEMU's reason.
   */
  readonly closed: Promise<Shutdown | undefined>;
}

/** How long a command may take: pausing the processors first finishes pending disk writes. */
const longestCommandMs = 120_000;

/**
 * The interval for sending an empty line until a command is answered, over TLS. Some QEMU (seen with 7.2, not with 10.0)
 * reads the rest of a TLS record only when another record arrives.
 */
const nudgeMs = 20;

/**
 * Waits for QEMU's greeting on a socket that is connecting; rejects with HostError 'connection' or
 * 'timeout'.
 */
export function connectQmp(
  socket: Socket,
  timeoutMs = 5_000,
  commandTimeoutMs = longestCommandMs,
): Promise<Qmp> {
  const { promise, resolve, reject } = Promise.withResolvers<Qmp>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const closed = Promise.withResolvers<Shutdown | undefined>();
  const events: Qmp['events'] = new EventEmitter();
  let shutdown: Shutdown | undefined;
  let lastId = 0;

  const execute = (command: string, args?: object): Promise<unknown> => {
    const id = ++lastId;
    const reply = Promise.withResolvers<unknown>();
    if (socket.destroyed) return Promise.reject(gone());
    waiting.set(id, reply);
    const late = setTimeout(() => {
      waiting.delete(id);
      reply.reject(new HostError('timeout', `QEMU's monitor doesn't answer ${command}`));
    }, commandTimeoutMs);
    socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    const nudge =
      socket instanceof TLSSocket ? setInterval(() => socket.write('\n'), nudgeMs) : undefined;
    return reply.promise.finally(() => {
      clearTimeout(late);
      clearInterval(nudge);
    });
  };

  const human = async (line: string) =>
    z.string().parse(await execute('human-monitor-command', { 'command-line': line }));
  const qmp: Qmp = {
    execute,
    quit: async () => void (await execute('quit')),
    human,
    sshPort: async () => parseSshPort(await human('info usernet')),
    events,
    closed: closed.promise,
  };

  const timer = setTimeout(() => {
    socket.destroy();
    reject(new HostError('timeout', "QEMU's monitor doesn't answer"));
  }, timeoutMs);

  const lines = createInterface({ input: socket });
  // It repeats the socket's errors, which are handled below.
  lines.on('error', () => {});
  lines.on('line', (line) => {
    const message = parseMessage(line);
    if (!message) return;
    if ('QMP' in message) {
      execute('qmp_capabilities').then(() => {
        clearTimeout(timer);
        resolve(qmp);
      }, reject);
    } else if ('event' in message) {
      if (message.event === 'SHUTDOWN') shutdown = shutdownSchema.safeParse(message.data).data;
      if (message.event === 'STOP') events.emit('stop');
    } else {
      const reply = waiting.get(message.id ?? 0);
      waiting.delete(message.id ?? 0);
      if ('error' in message) reply?.reject(new HostError('internal', message.error.desc));
      else reply?.resolve(message.return);
    }
  });

  let cause: Error | undefined;
  const gone = () => new HostError('connection', "QEMU's monitor closed the connection", { cause });
  socket.on('error', (error) => {
    cause = error;
  });
  socket.on('close', () => {
    clearTimeout(timer);
    for (const reply of waiting.values()) reply.reject(gone());
    reject(gone());
    closed.resolve(shutdown);
  });
  return promise;
}

function parseMessage(line: string): z.infer<typeof messageSchema> | undefined {
  try {
    return messageSchema.parse(JSON.parse(line));
  } catch (error) {
    log.debug('Skipping an invalid line of the monitor', error);
    return undefined;
  }
}
