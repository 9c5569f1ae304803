import { createHash } from 'node:crypto';
import type { NetConnectOpts } from 'node:net';
import { escapeCommas } from './devices.ts';

/**
 * QEMU's monitor address: a Unix socket in the VM's directory, which only its owner may enter. On
 * Windows, Node can't open Unix sockets, and QEMU serves a named pipe only once, so it is a
 * loopback port derived from the name.
 */

/** The address for `-qmp`. */
export function monitorOption(socket: string, platform = process.platform): string {
  return platform === 'win32'
    ? `tcp:127.0.0.1:${loopbackPort(socket)}`
    : `unix:${escapeCommas(socket)}`;
}

/** The same address, for `net.connect`. */
export function monitorConnection(socket: string, platform = process.platform): NetConnectOpts {
  return platform === 'win32'
    ? { host: '127.0.0.1', port: loopbackPort(socket) }
    : { path: socket };
}

function loopbackPort(socket: string): number {
  return 20_000 + (createHash('sha256').update(socket).digest().readUInt16BE(0) % 10_000);
}
