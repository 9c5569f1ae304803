import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { guestArchitecture } from '../../electron/host/home/resources.ts';
import { findQemu } from '../../electron/host/hypervisor/discover.ts';

/*
 * A second QEMU monitor for the benchmark. Berth's own monitor serves only one client, its
 * supervisor. A script in front of QEMU in PATH adds the second monitor, and Berth doesn't know
 * about it.
 */

const socketIn = (directory: string) => join(directory, 'bench.sock');

/** From now on, QEMU has the second monitor too. Doesn't work on Windows. */
export async function addSecondMonitor(directory: string): Promise<void> {
  const { program } = await findQemu(guestArchitecture());
  const folder = join(directory, 'bin');
  const script = join(folder, program.replace(/^.*\//, ''));
  await mkdir(folder, { recursive: true });
  // Only the VM itself has a file for its process ID.
  const more = `-qmp 'unix:${socketIn(directory)},server=on,wait=off'`;
  await writeFile(
    script,
    `#!/bin/sh
case " $* " in
  *" -pidfile "*) exec '${program}' "$@" ${more} ;;
  *) exec '${program}' "$@" ;;
esac
`,
  );
  await chmod(script, 0o755);
  process.env.PATH = `${folder}${delimiter}${process.env.PATH ?? ''}`;
}

/** Makes QEMU forward ports of the host to the same ports of the guest. */
export async function forwardByQemu(directory: string, ports: readonly number[]): Promise<void> {
  const socket = connect(socketIn(directory));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const execute = async (command: object) => {
    socket.write(`${JSON.stringify(command)}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error("QEMU's second monitor is gone");
      if (value.startsWith('{"return": ')) return JSON.parse(value).return;
    }
  };
  await execute({ execute: 'qmp_capabilities' });
  for (const port of ports) {
    const line = `hostfwd_add net tcp:127.0.0.1:${port}-:${port}`;
    const said = await execute({
      ...{ execute: 'human-monitor-command', arguments: { 'command-line': line } },
    });
    if (said) throw new Error(`QEMU: ${said}`);
  }
  socket.destroy();
}
