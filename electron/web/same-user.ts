import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { unlessMissing } from '../host/base/system-error.ts';

/** Columns of /proc/net/tcp: local address (1), remote address (2), user ID (7). */
const TABLE = '/proc/net/tcp';

/**
 * Whether the program at the other end of an IPv4 loopback connection runs as this user. Only Linux
 * reports that; elsewhere the result is false.
 */
export async function isOwnUser({ localPort, remotePort }: Socket): Promise<boolean> {
  const table = (await readFile(TABLE, 'utf8').catch(unlessMissing)) ?? '';
  const [here, there] = [endpoint(localPort ?? 0), endpoint(remotePort ?? 0)];
  const columns = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, remote]) => local === there && remote === here);
  return columns !== undefined && Number(columns[7]) === process.getuid?.();
}

/** `127.0.0.1:PORT` as Linux writes it on processors whose bytes are in little-endian order. */
const endpoint = (port: number) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
