import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import ssh2, { type Client } from 'ssh2';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import { type BridgeKeys, publicKeyBlob } from './keys.ts';

const log = loggerOf('bridge');

/** The VM's sshd, and the keys that both sides must prove. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly keys: BridgeKeys;
}

/**
 * The single SSH connection to the VM. It reconnects until the signal given to `openBridge` aborts,
 * which closes it.
 */
export interface Bridge {
  /** The live connection; undefined while it is down. */
  readonly client: Client | undefined;
  /**
   * `down` when the connection breaks, before its channels end; `up` when a new connection is
   * ready.
   */
  readonly events: EventEmitter<{ up: []; down: [] }>;
}

interface Connection {
  readonly client: Client;
  readonly socket: Socket;
}

/** A booting VM doesn't answer yet. */
const retryTimes = { firstMs: 100, longestMs: 3_000, level: 'debug' } as const;
/** An emulated VM may take this long for the key exchange. */
const handshakeTimeoutMs = 20_000;

/**
 * Connects, with retries, until it works or `signal` aborts. Rejects immediately if the VM shows
 * another key than the pinned one, or refuses ours, because retries wouldn't help.
 */
export async function openBridge(target: SshTarget, signal: AbortSignal): Promise<Bridge> {
  let client: Client | undefined;
  const events: Bridge['events'] = new EventEmitter();

  const hold = (connection: Connection) => {
    const onClose = () => {
      client = undefined;
      events.emit('down');
      connectWithBackOff(target, signal).then(hold, (error) => {
        // The connection stays down.
        if (!signal.aborted) log.error('The VM has another SSH key', error);
      });
    };
    if (connection.socket.closed) return onClose();
    client = connection.client;
    connection.socket.once('close', onClose);
    events.emit('up');
  };

  hold(await connectWithBackOff(target, signal));
  return {
    events,
    get client() {
      return client;
    },
  };
}

async function connectWithBackOff(target: SshTarget, signal: AbortSignal): Promise<Connection> {
  const retries = new Retries(log, 'Connecting to the guest', retryTimes);
  for (;;) {
    try {
      return await connectOnce(target, signal);
    } catch (error) {
      if (signal.aborted || error instanceof HostError) throw error;
      await retries.failed(error, signal);
    }
  }
}

/**
 * One attempt. HostError means that retries wouldn't help. The connection ends when `signal`
 * aborts.
 */
async function connectOnce(target: SshTarget, signal: AbortSignal): Promise<Connection> {
  const socket = connect({ host: target.host, port: target.port, noDelay: true, signal });
  await once(socket, 'connect');
  const client = new ssh2.Client();
  const pinned = publicKeyBlob(target.keys.guestHost.publicKey);
  let strange = false;
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    // This listener stays: an error of the established connection is followed by `close`, which is
    // handled.
    client.on('error', reject);
    client.once('close', () => reject(new Error('the VM closed the connection')));
  });
  client.connect({
    sock: socket,
    username: 'root',
    privateKey: target.keys.client.privateKey,
    authHandler: ['publickey'],
    hostVerifier: (key: Buffer) => {
      strange = !key.equals(pinned);
      return !strange;
    },
    algorithms: {
      kex: ['curve25519-sha256'],
      serverHostKey: ['ssh-ed25519'],
      cipher: ['aes128-gcm@openssh.com'],
    },
    readyTimeout: handshakeTimeoutMs,
    keepaliveInterval: 15_000,
    // A paused VM keeps its connection.
    keepaliveCountMax: 40,
  });
  try {
    await ready;
    return { client, socket };
  } catch (cause) {
    socket.destroy();
    throw (strange ? strangeGuest(cause) : undefined) ?? refusedKey(cause) ?? cause;
  }
}

function strangeGuest(cause: unknown): HostError {
  return new HostError('connection', 'The VM has an unexpected SSH host key', {
    hint: 'Another program may be answering instead of the VM. Stop and start the VM.',
    cause,
  });
}

function refusedKey(cause: unknown): HostError | undefined {
  const refused =
    cause instanceof Error && 'level' in cause && cause.level === 'client-authentication';
  if (!refused) return undefined;
  return new HostError('connection', `The VM refuses Berth's SSH key`, {
    hint: 'Stop and start the VM to give it the key again.',
    cause,
  });
}
