import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import * as z from 'zod';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { freePort } from '../../ports/free-port.ts';
import { escapeCommas } from './devices.ts';

/**
 * QEMU's monitor is a Unix socket in the VM's directory, which only its owner may enter. On Windows,
 * Node can't open Unix sockets, and QEMU serves a named pipe only once. So it is a loopback port
 * there, protected by TLS with a key that both sides read from the VM's directory (TLS-PSK, RFC
 * 4279): QEMU refuses other clients, and Berth recognises other servers.
 */

type MonitorPaths = Pick<MachinePaths, 'qmpSocket' | 'monitorDirectory'>;

/** The name that QEMU expects in its key file, and clients send ("TLS setup for network services"). */
const identity = 'qemu';
/** The name of QEMU's key file is fixed. */
const keyFile = (paths: MonitorPaths) => join(paths.monitorDirectory, 'keys.psk');
const portFile = (paths: MonitorPaths) => join(paths.monitorDirectory, 'port');

const keySchema = z.string().regex(/^qemu:[0-9a-f]{64}$/);
const portSchema = z.coerce.number().int().min(1).max(65_535);

/** The options for the next start of QEMU. On Windows, chooses its port and key. */
export async function prepareMonitor(
  paths: MonitorPaths,
  platform = process.platform,
): Promise<string[]> {
  if (platform !== 'win32') return socketArguments(paths);
  await mkdir(paths.monitorDirectory, { recursive: true, mode: 0o700 });
  // If another program takes the port meanwhile, QEMU exits and says so.
  const port = await freePort();
  await writeFileAtomic(keyFile(paths), `${identity}:${randomBytes(32).toString('hex')}\n`);
  await writeFileAtomic(portFile(paths), String(port));
  const directory = escapeCommas(paths.monitorDirectory);
  return [
    ...['-object', `tls-creds-psk,id=monitor-key,endpoint=server,dir=${directory}`],
    '-chardev',
    `socket,id=monitor,host=127.0.0.1,port=${port},server=on,wait=off,tls-creds=monitor-key`,
    ...['-mon', 'chardev=monitor,mode=control'],
  ];
}

const socketArguments = (paths: MonitorPaths) => [
  ...['-qmp', `unix:${escapeCommas(paths.qmpSocket)},server=on,wait=off`],
];

/** Connects to the QEMU of the last start. A failure, also to prove a key, is an event of the socket. */
export async function dialMonitor(
  paths: MonitorPaths,
  platform = process.platform,
): Promise<Socket> {
  if (platform !== 'win32') return connect({ path: paths.qmpSocket });
  const [line, port] = await Promise.all([
    readFile(keyFile(paths), 'utf8'),
    readFile(portFile(paths), 'utf8'),
  ]);
  const psk = Buffer.from(keySchema.parse(line.trim()).slice(identity.length + 1), 'hex');
  return connectTls({
    ...{ host: '127.0.0.1', port: portSchema.parse(port) },
    // Node supports such keys up to this version. A server without a certificate has no name to check.
    ...{ ciphers: 'PSK', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
    pskCallback: () => ({ psk, identity }),
    checkServerIdentity: () => undefined,
  });
}
