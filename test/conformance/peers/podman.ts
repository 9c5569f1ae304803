import { join } from 'node:path';
import { type InNamespaces, startInNamespaces } from './in-namespaces.ts';
import type { Registry } from './peer.ts';

/** Starts Podman's service from the root directory `root`, in namespaces. */
export async function startPodman(
  root: string,
  directory: string,
  { name, storage }: Registry,
): Promise<InNamespaces & { readonly socket: string }> {
  const socket = join(directory, 'run/podman.sock');
  const words = [name, storage, root];
  const { pid, stop } = await startInNamespaces(directory, socket, 'podman-engine.sh', words);
  return { socket, pid, stop };
}
