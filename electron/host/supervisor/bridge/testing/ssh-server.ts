import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { separateHalves } from '../../../../../guest-agent/contract/connection-halves.ts';
import { publicKeyBlob } from '../keys.ts';

/** A guest's sshd as far as the bridge uses it: one user with one key, forwarding, commands. */
export interface TestSshServer {
  readonly port: number;
  /** Connections that are logged in. */
  readonly connections: ReadonlySet<Connection>;
  /** Cuts every connection, as a host that sleeps does. */
  dropConnections(): void;
  close(): Promise<void>;
}

export interface TestSshOptions {
  /** Public key of the one user, root. */
  readonly authorizedKey: string;
  /** The server's own private key. */
  readonly hostKey: string;
  /** Maps a guest path to a unix socket of this host. */
  readonly socket?: (guestPath: string) => string;
  /** Runs a command; a number is its exit code, a text is what it prints. */
  readonly exec?: (command: string) => Promise<number> | number | string;
}

/** Listens on a loopback port. Forwards to real sockets, with half-close, as OpenSSH does. */
export async function startTestSshServer(options: TestSshOptions): Promise<TestSshServer> {
  const connections = new Set<Connection>();
  const sockets = new Set<{ destroy(): void }>();
  const allowed = publicKeyBlob(options.authorizedKey);

  const ssh = new ssh2.Server({ hostKeys: [options.hostKey] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (attempt) => {
      const accepted =
        attempt.method === 'publickey' &&
        attempt.username === 'root' &&
        attempt.key.data.equals(allowed) &&
        (!attempt.blob ||
          !attempt.signature ||
          asKey(options.authorizedKey).verify(attempt.blob, attempt.signature) === true);
      accepted ? attempt.accept() : attempt.reject(['publickey']);
    });
    client.on('ready', () => connections.add(client));
    client.on('close', () => connections.delete(client));
    client.on('openssh.streamlocal', (accept, reject, { socketPath }) =>
      forward(accept, reject, { path: options.socket?.(socketPath) ?? socketPath }),
    );
    client.on('tcpip', (accept, reject, { destIP, destPort }) =>
      forward(accept, reject, { host: destIP, port: destPort }),
    );
    client.on('session', (accept) => {
      accept().on('exec', async (acceptExec, _reject, info) => {
        const channel: ServerChannel = acceptExec();
        const result = (await options.exec?.(info.command)) ?? 0;
        if (typeof result === 'string') channel.write(result);
        channel.exit(typeof result === 'string' ? 0 : result);
        channel.end();
      });
    });
  });

  // ssh2's own listener would hide its sockets from us.
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  const port = await new Promise<number>((resolve) => {
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    connections,
    dropConnections,
    close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      dropConnections();
      return closed;
    },
  };
}

function forward(accept: () => Duplex, reject: () => void, destination: NetConnectOpts): void {
  const socket = connect({ ...destination, allowHalfOpen: true });
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.off('error', reject);
    join(socket, accept());
  });
}

/**
 * ssh2's server closes a whole channel on `end()`; OpenSSH sends an EOF, and so does this. Like
 * OpenSSH, it delivers what it has got when either side goes.
 */
function join(socket: Socket, channel: Duplex): void {
  let ended = 0;
  const endOne = () => {
    if (++ended === 2) channel.end();
  };
  separateHalves(socket);
  socket.pipe(channel, { end: false });
  channel.pipe(socket);
  socket.once('end', () =>
    channel.write('', () => {
      (channel as Duplex & { eof(): void }).eof();
      endOne();
    }),
  );
  channel.once('end', endOne);
  socket.on('error', () => channel.destroy());
  socket.once('close', () => channel.write('', () => channel.destroy()));
  channel.on('error', () => socket.destroy());
  channel.once('close', () => socket.destroySoon());
}

function asKey(publicKey: string) {
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  return key;
}
