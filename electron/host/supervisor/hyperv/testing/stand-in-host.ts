import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPowerShell } from '../powershell.ts';
import { hypervScript } from '../scripts.ts';
import { writeVhdx } from '../vhdx.ts';

/** Unlikely to be in use: the loopback network has 16 million addresses. */
const part = () => 1 + Math.floor(Math.random() * 250);
export const standInAddress = `127.${part()}.${part()}.${part()}`;

/** A PC whose Hyper-V is the stand-in, with its VMs in a directory. */
export function standInHost(directory: string) {
  const options = { directory, host: standInAddress, port: 2222 };
  return {
    directory,
    powershell: createPowerShell(hypervScript, {
      program: process.execPath,
      args: [join(import.meta.dirname, 'stand-in-powershell.ts'), JSON.stringify(options)],
    }),
    sshPort: options.port,
    writeVhdx,
    /** Makes the stand-in misbehave from now on. */
    behave: (behaviour: object) =>
      writeFile(join(directory, 'behaviour.json'), JSON.stringify(behaviour)),
  };
}
