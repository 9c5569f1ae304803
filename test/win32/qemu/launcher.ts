import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

/** The host's side of the stand-in for QEMU in `stand-in.c`. */
export interface Launcher {
  /** BERTH_TEST_QEMU of Windows programs. */
  readonly address: string;
  /** Arguments of the QEMU processes that were started, in the host's paths. */
  readonly started: readonly (readonly string[])[];
  stop(): Promise<void>;
}

/**
 * Starts QEMU for stand-ins. `hostPath` translates a Windows path. A QEMU ends with its stand-in, and the
 * other way round.
 */
export async function startLauncher(hostPath: (path: string) => string): Promise<Launcher> {
  const secret = randomBytes(16).toString('hex');
  const started: string[][] = [];
  const sockets = new Set<Socket>();
  const runs = new Set<Promise<void>>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const run = serve(socket, secret, hostPath, started).finally(() => {
      sockets.delete(socket);
      runs.delete(run);
    });
    runs.add(run);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the launcher has no port');
  return {
    address: `${address.port}:${secret}`,
    started,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(runs);
    },
  };
}

/** Resolves once the connection and its QEMU have ended. */
async function serve(
  socket: Socket,
  secret: string,
  hostPath: (path: string) => string,
  started: string[][],
): Promise<void> {
  const words: string[] = [];
  let qemu: ChildProcessWithoutNullStreams | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const send = (kind: string, data: Buffer) => socket.writable && socket.write(frame(kind, data));
  const exit = (code: number | null) => socket.end(frame('r', Buffer.from(String(code ?? 1))));

  const start = (windowsPid: string) => {
    if (words.shift() !== secret) return void socket.destroy();
    const refusal = refusalOf(words);
    if (refusal) {
      send('e', Buffer.from(`qemu-system-x86_64.exe: ${refusal}\r\n`));
      return void exit(1);
    }
    const args = words.map((word) => translate(word, hostPath));
    const pidAt = args.indexOf('-pidfile');
    const [, pidFile] = pidAt < 0 ? [] : args.splice(pidAt, 2);
    // The process that Berth knows is the stand-in.
    if (pidFile) writeFileSync(pidFile, `${windowsPid}\n`);
    started.push(args);
    qemu = spawn('qemu-system-x86_64', args);
    qemu.stdin.on('error', () => {});
    qemu.stdout.on('data', (data: Buffer) => send('o', data));
    qemu.stderr.on('data', (data: Buffer) => send('e', data));
    ended = once(qemu, 'close').then(([code]: (number | null)[]) => {
      if (pidFile) rmSync(pidFile, { force: true });
      exit(code ?? null);
    });
  };

  onFrames(socket, (kind, data) => {
    if (kind === 'a') words.push(data.toString());
    else if (kind === 'g') start(data.toString());
    else if (kind === 'i') qemu?.stdin.write(data);
    else qemu?.stdin.end();
  });
  // A stand-in that is killed resets its connection.
  socket.on('error', () => {});
  await once(socket, 'close');
  qemu?.kill('SIGKILL');
  await ended;
}

/** Why QEMU for Windows wouldn't take these arguments on a PC without Windows' hypervisor. */
function refusalOf(args: readonly string[]): string | undefined {
  const accelerator = args[args.indexOf('-accel') + 1];
  if (args.includes('-accel') && accelerator?.startsWith('whpx')) {
    return `-accel ${accelerator}: WHPX: No accelerator found, hr=00000000`;
  }
  if (args.some((arg) => arg.includes('virtio-9p'))) {
    return "-device virtio-9p-pci: 'virtio-9p-pci' is not a valid device model name";
  }
  return undefined;
}

/** An argument with the host's paths: all of it as JSON, or its values between commas. */
export function translate(arg: string, hostPath: (path: string) => string): string {
  if (arg.startsWith('{')) {
    return JSON.stringify(JSON.parse(arg), (_, value: unknown) =>
      typeof value === 'string' && /^[A-Z]:\\/i.test(value) ? hostPath(value) : value,
    );
  }
  // A doubled comma belongs to the path.
  return arg.replace(/(?<=^|=|:)[A-Z]:[\\/](?:,,|[^,])*/gi, hostPath);
}

function frame(kind: string, data: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(kind);
  header.writeUInt32BE(data.length, 1);
  return Buffer.concat([header, data]);
}

function onFrames(socket: Socket, take: (kind: string, data: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      take(rest.toString('latin1', 0, 1), rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  });
}
