import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { type DatagramTarget, frameDatagram } from '../../../../guest-agent/contract/datagrams.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { HostError } from '../../base/errors.ts';
import type { Bridge } from './connection.ts';

/**
 * Channels of the single SSH connection. OpenSSH's MaxSessions limits only `exec`. Ending the
 * writable side half-closes a channel. `destroy()` closes it without an error.
 */

/** Connects to a Unix socket in the VM. */
export function openStreamlocal(bridge: Bridge, path: string): Promise<Duplex> {
  return open(bridge, path, (client, done) => client.openssh_forwardOutStreamLocal(path, done));
}

/** Connects to a TCP port, as seen from inside the VM. */
export function openTcp(bridge: Bridge, host: string, port: number): Promise<Duplex> {
  const name = `${host}:${port}`;
  return open(bridge, name, (client, done) => client.forwardOut('127.0.0.1', 0, host, port, done));
}

/** Connects to a UDP port, as seen from inside the VM; see the contract for the format. */
export async function openUdp(bridge: Bridge, target: DatagramTarget): Promise<Duplex> {
  const channel = await openStreamlocal(bridge, guestPaths.udpRelay);
  channel.write(frameDatagram(Buffer.from(JSON.stringify(target))));
  return channel;
}

/** The result of a command in the VM; `code` is null if the connection was lost first. */
export interface ExecResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long the VM may take to open a channel or to run a command. */
const patienceMs = 60_000;
/** The most bytes of a command's output to keep; more means that the VM misbehaves. */
const largestOutput = 1024 * 1024;

/**
 * Runs a shell command as root in the VM. For short output, which is kept in memory: a command that
 * prints more than a mebibyte, or takes longer than `timeoutMs`, fails.
 */
export async function exec(
  bridge: Bridge,
  command: string,
  { timeoutMs = patienceMs }: { readonly timeoutMs?: number } = {},
): Promise<ExecResult> {
  const channel = await open<ClientChannel>(bridge, command, (client, done) =>
    client.exec(command, done),
  );
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  const giveUp = (code: 'timeout' | 'internal', reason: string) => {
    reject(new HostError(code, `The command ${command} in the VM ${reason}`));
    channel.destroy();
  };
  const timer = setTimeout(
    () => giveUp('timeout', `took longer than ${timeoutMs / 1000} s`),
    timeoutMs,
  );
  const collect = (stream: NodeJS.ReadableStream) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > largestOutput) giveUp('internal', 'printed too much');
      else chunks.push(chunk);
    });
    return () => Buffer.concat(chunks).toString();
  };
  const stdout = collect(channel);
  const stderr = collect(channel.stderr);
  channel.once('close', (code?: number | null) =>
    resolve({ code: code ?? null, stdout: stdout(), stderr: stderr() }),
  );
  channel.end();
  return promise.finally(() => clearTimeout(timer));
}

type Client = NonNullable<Bridge['client']>;
type Done<Channel> = (error: Error | undefined, channel: Channel) => void;

/** An ssh2 channel ends only after it was read to the end, hence `resume`. */
function closeUnused(channel: Duplex): void {
  channel.on('error', () => {});
  channel.destroy();
  channel.resume();
}

function open<Channel extends Duplex = ClientChannel>(
  bridge: Bridge,
  target: string,
  request: (client: Client, done: Done<Channel>) => void,
): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) =>
      reject(new HostError('connection', `The VM doesn't answer at ${target}`, { cause }));
    if (!bridge.client) return fail();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      fail(new Error(`no answer within ${patienceMs / 1000} s`));
    }, patienceMs);
    timer.unref();
    try {
      request(bridge.client, (error, channel) => {
        clearTimeout(timer);
        if (error) return fail(error);
        // The caller has given up.
        if (late) closeUnused(channel);
        else resolve(channel);
      });
    } catch (error) {
      clearTimeout(timer);
      // ssh2 throws if its socket was just closed.
      fail(error);
    }
  });
}
