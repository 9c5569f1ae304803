import { join } from 'node:path';
import type { DockerStore } from '../row.ts';
import { type InNamespaces, startInNamespaces } from './in-namespaces.ts';
import type { Peer, Registry } from './peer.ts';

/** Starts Docker's engine from the root directory `root`, in namespaces. */
export async function startDocker(
  root: string,
  directory: string,
  { name, storage }: Registry,
  store: DockerStore = 'graph driver',
): Promise<Peer & Pick<InNamespaces, 'pid'>> {
  const socket = join(directory, 'run/docker.sock');
  const words = [name, storage, root, store === 'containerd' ? 'overlayfs' : 'overlay2'];
  const { pid, stop } = await startInNamespaces(directory, socket, 'docker-engine.sh', words);
  return { name: 'docker', socket, pid, stop };
}
