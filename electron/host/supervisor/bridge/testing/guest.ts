import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testSocket } from '../../../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../../../base/testing/temporary-directory.ts';
import { type Bridge, openBridge } from '../connection.ts';
import { type BridgeKeys, ensureKeys } from '../keys.ts';
import { startTestSshServer, type TestSshOptions, type TestSshServer } from './ssh-server.ts';

export interface TestGuest {
  readonly directory: string;
  readonly keys: BridgeKeys;
  readonly ssh: TestSshServer;
}

/** An SSH server on loopback with keys of its own, until the test ends. */
export async function startTestGuest(
  options: Partial<Pick<TestSshOptions, 'exec' | 'socket'>> = {},
): Promise<TestGuest> {
  const directory = await temporaryDirectory();
  const keys = await ensureKeys({
    clientKey: join(directory, 'client'),
    guestHostKey: join(directory, 'guest'),
  });
  const ssh = await startTestSshServer({
    authorizedKey: keys.client.publicKey,
    hostKey: keys.guestHost.privateKey,
    ...options,
  });
  onTestFinished(() => ssh.close());
  return { directory, keys, ssh };
}

/** A bridge to it, until the test ends. */
export async function bridgeTo(guest: TestGuest): Promise<Bridge> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const target = { host: '127.0.0.1', port: guest.ssh.port, keys: guest.keys };
  return openBridge(target, controller.signal);
}

/** A service of the guest on a unix socket; each connection may be half-closed. */
export async function serveInGuest(
  guest: TestGuest,
  onConnection: (socket: Socket) => void,
): Promise<string> {
  const path = testSocket(guest.directory, 'service');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen({ path, backlog: 511 }, resolve));
  onTestFinished(() => void server.close());
  return path;
}
