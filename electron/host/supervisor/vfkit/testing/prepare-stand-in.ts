import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { z } from 'zod';
import { writeProgram } from '../../../base/testing/stand-in-program.ts';
import type { MachineContext } from '../../machine.ts';
import { createVfkitMachine } from '../driver.ts';
import type { behaviourSchema } from './stand-in-vfkit.ts';

export type Does = z.infer<typeof behaviourSchema>['does'];

/** Writes a program that is found and called as vfkit, into a folder for the PATH. */
async function prepareStandIn(
  folder: string,
  behaviour: z.input<typeof behaviourSchema>,
): Promise<void> {
  await writeProgram(folder, 'vfkit', {
    answers: [{ to: '--version', prints: 'vfkit version: v0.6.4\n' }],
    runs: [join(import.meta.dirname, 'stand-in-vfkit.ts'), JSON.stringify(behaviour)],
  });
}

/** A driver for VMs of a stand-in for vfkit. Everything is in `folder`. */
export async function standInDriver(folder: string, does: Does = 'boots') {
  const [bin, leases, port] = [join(folder, 'bin'), join(folder, 'leases'), join(folder, 'port')];
  await prepareStandIn(bin, { does, leases, sshPort: port });
  const environment = { PATH: `${bin}${delimiter}${process.env.PATH}` };
  const ssh = async (host: string) => ({ host, port: Number(await readFile(port, 'utf8')) });
  return (context: MachineContext) => createVfkitMachine(context, { environment, leases, ssh });
}
