import { join } from 'node:path';
import type { z } from 'zod';
import { writeProgram } from '../../../base/testing/stand-in-program.ts';
import type { behavioursSchema } from './stand-in-qemu.ts';

/**
 * Writes a program that is found and called as QEMU, into a folder for the PATH. What this host offers
 * is asked of it with a paused machine, or for help: the program answers that without a start of Node.
 */
export async function prepareStandIn(
  folder: string,
  behaviours: z.infer<typeof behavioursSchema>,
  version = '9.2.0',
): Promise<void> {
  await writeProgram(folder, 'qemu-system-x86_64', {
    answers: [
      { to: '--version', prints: `QEMU emulator version ${version}\n` },
      { to: 'virtio-9p-pci,help' },
      { to: '-qmp stdio', reads: true },
    ],
    runs: [join(import.meta.dirname, 'stand-in-qemu.ts'), JSON.stringify(behaviours)],
  });
}
