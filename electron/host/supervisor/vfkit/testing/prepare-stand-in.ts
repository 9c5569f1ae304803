import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { quoted } from '../../../../../guest-agent/grammar/shell-words.ts';
import type { MachineContext } from '../../machine.ts';
import { createVfkitMachine } from '../driver.ts';
import type { behaviourSchema } from './stand-in-vfkit.ts';

export type Does = z.infer<typeof behaviourSchema>['does'];

/** Writes a program that is found and called as vfkit, into a folder for the PATH. */
async function prepareStandIn(
  folder: string,
  behaviour: z.input<typeof behaviourSchema>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const program = join(import.meta.dirname, 'stand-in-vfkit.ts');
  const path = join(folder, 'vfkit');
  await writeFile(
    path,
    `#!/bin/sh
[ "$1" != --version ] || { echo 'vfkit version: v0.6.4'; exit; }
exec ${quoted(process.execPath)} ${quoted(program)} ${quoted(JSON.stringify(behaviour))} "$@"
`,
  );
  await chmod(path, 0o755);
}

/** A driver for VMs of a stand-in for vfkit. Everything is in `folder`. */
export async function standInDriver(folder: string, does: Does = 'boots') {
  const [bin, leases, port] = [join(folder, 'bin'), join(folder, 'leases'), join(folder, 'port')];
  await prepareStandIn(bin, { does, leases, sshPort: port });
  const environment = { PATH: `${bin}:${process.env.PATH}` };
  const ssh = async (host: string) => ({ host, port: Number(await readFile(port, 'utf8')) });
  return (context: MachineContext) => createVfkitMachine(context, { environment, leases, ssh });
}
