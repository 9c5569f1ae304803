import { join } from 'node:path';
import { startInNamespaces } from './in-namespaces.ts';
import type { Peer, Registry } from './peer.ts';

/** Where Docker keeps images: its own store, or containerd's, which holds indexes too. */
export type DockerStore = 'graph driver' | 'containerd';

/** Starts Docker's engine from the root directory `root`, in namespaces. */
export async function startDocker(
  root: string,
  directory: string,
  { name, storage }: Registry,
  store: DockerStore = 'graph driver',
): Promise<Peer> {
  const socket = join(directory, 'run/docker.sock');
  const words = [name, storage, root, store === 'containerd' ? 'overlayfs' : 'overlay2'];
  const stop = await startInNamespaces(directory, socket, 'docker-engine.sh', words);
  return { name: 'docker', socket, stop };
}
