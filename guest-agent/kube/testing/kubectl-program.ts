import { join } from 'node:path';
import { debianRoot } from '../../store/testing/debian-program.ts';

/** The newest `kubectl` in Debian, downloaded on first use. It is one file without libraries. */
export async function kubectlProgram(): Promise<string> {
  return join(await debianRoot('kubectl', 'sid'), 'usr/bin/kubectl');
}
