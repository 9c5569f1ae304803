import { join } from 'node:path';
import { startInNamespaces } from './in-namespaces.ts';
import type { Peer, Registry } from './peer.ts';

/** Starts Docker's engine from the root directory `root`, in namespaces. */
export async function startDocker(
  root: string,
  directory: string,
  { name, storage }: Registry,
): Promise<Peer> {
  const socket = join(directory, 'run/docker.sock');
  const words = [name, storage, root];
  const stop = await startInNamespaces(directory, socket, 'docker-engine.sh', words);
  return { name: 'docker', socket, stop };
}
