import { chmod, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { guestArchitecture } from '../../../electron/host/home/resources.ts';
import { findQemu } from '../../../electron/host/hypervisor/discover.ts';

/*
 * QEMU's monitor serves one client at a time, which is the supervisor. Tests that pause a VM
 * without the supervisor need a second monitor, so a program with QEMU's name adds one.
 */

/** Puts the program into a directory that comes first in PATH. */
export async function installSecondMonitor(directory: string): Promise<void> {
  const { program } = await findQemu(guestArchitecture());
  const wrapper = join(directory, program.replace(/.*\//, ''));
  const monitor = `unix:${monitorPath(directory)},server=on,wait=off`;
  await writeFile(
    wrapper,
    `#!/bin/sh\ncase "$*" in *-pidfile*) set -- "$@" -qmp '${monitor}' ;; esac\nexec ${program} "$@"\n`,
  );
  await chmod(wrapper, 0o755);
}

/** Tells QEMU to stop or continue the VM's processors. */
export async function tellMonitor(directory: string, command: 'stop' | 'cont'): Promise<void> {
  const socket = connect(monitorPath(directory));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  await lines.next();
  for (const execute of ['qmp_capabilities', command]) await exchange(socket, lines, execute);
  socket.destroy();
}

async function exchange(socket: Socket, lines: AsyncIterator<string>, execute: string) {
  socket.write(`${JSON.stringify({ execute })}\n`);
  for (;;) {
    const { value, done } = await lines.next();
    if (done || 'error' in JSON.parse(value)) throw new Error(`QEMU refused to ${execute}`);
    if ('return' in JSON.parse(value)) return;
  }
}

const monitorPath = (directory: string) => join(directory, 'second.sock');
