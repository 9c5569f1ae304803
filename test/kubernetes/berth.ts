import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { type Outcome, runWords, type Surroundings } from '../../electron/cli/testing/run.ts';
import { machinePaths } from '../../electron/host/home/paths.ts';

/** The command line with the engine that the tests run, which has no VM. */
export async function openBerth() {
  const { socket } = inject('nativeEngine');
  await linkKubeSocket();
  return (words: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> =>
    runWords({ socketPath: socket }, words, surroundings);
}

/** The socket of the Kubernetes API where the command expects that of a VM. */
export async function linkKubeSocket(): Promise<void> {
  const { socket } = inject('nativeEngine');
  const directory = dirname(socket);
  const { kubeSocket } = machinePaths(directory, 'default');
  await mkdir(dirname(kubeSocket), { recursive: true });
  await symlink(join(directory, 'kube.sock'), kubeSocket).catch(unlessThere);
}

/** Another test file has made the link. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
