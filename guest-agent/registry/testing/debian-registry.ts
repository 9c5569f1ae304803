import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Debian's `docker-registry` on a port of loopback. */
export interface DebianRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** The directory of its blobs: `<storage>/docker/registry/v2/blobs/sha256/<2 hex>/<hex>/data`. */
  readonly storage: string;
  stop(): Promise<void>;
}

export interface DebianRegistryOptions {
  /** The files of its certificate. Without them, it uses plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** The allowed login: a line of an htpasswd file, with a bcrypt hash. */
  readonly login?: string;
}

/** Starts the registry with its data in `directory`. */
export async function startDebianRegistry(
  directory: string,
  { tls, login }: DebianRegistryOptions = {},
): Promise<DebianRegistry> {
  const storage = join(directory, 'registry');
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  await mkdir(storage, { recursive: true });
  const passwords = join(directory, 'registry.htpasswd');
  if (login) await writeFile(passwords, `${login}\n`);
  const config = join(directory, 'registry.yml');
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
      http: {
        addr: host,
        ...(tls && { tls: { certificate: tls.certificate, key: tls.key } }),
      },
      ...(login && { auth: { htpasswd: { realm: 'stand-in', path: passwords } } }),
    }),
  );
  const server = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  await listening(port, server);
  return {
    host,
    storage,
    stop: async () => {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
    },
  };
}

async function listening(port: number, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    if (server.exitCode !== null) throw new Error('docker-registry exited immediately');
    const socket = connect(port, '127.0.0.1');
    const answers = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answers) return;
    if (Date.now() > deadline) throw new Error('docker-registry does not answer');
    await delay(50);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
