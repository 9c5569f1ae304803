import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { quoted } from '../../../../../guest-agent/grammar/shell-words.ts';
import type { behavioursSchema } from './stand-in-qemu.ts';

/**
 * Writes a program that is found and called as QEMU, into a folder for the PATH. What this host offers
 * is asked of it with a paused machine, or for help: that, the shell answers at once.
 */
export async function prepareStandIn(
  folder: string,
  behaviours: z.infer<typeof behavioursSchema>,
  version = '9.2.0',
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const program = join(import.meta.dirname, 'stand-in-qemu.ts');
  const path = join(folder, 'qemu-system-x86_64');
  await writeFile(
    path,
    `#!/bin/sh
case " $* " in
  *' --version '*) echo 'QEMU emulator version ${version}' ;;
  *' virtio-9p-pci,help '*) ;;
  *' -qmp stdio '*) cat >/dev/null ;;
  *) exec ${quoted(process.execPath)} ${quoted(program)} ${quoted(JSON.stringify(behaviours))} "$@" ;;
esac
`,
  );
  await chmod(path, 0o755);
}
